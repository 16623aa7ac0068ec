/** A notice that is told again under the id of its first event adds nothing, whatever has happened in between. */
import { expect, test } from 'vitest';
import { timestampNow } from '../../../tools/lib/clock.js';
import { deliverNotices } from '../../../tools/lib/journal/deliver.js';
import { spoolDirectory, spoolNotice } from '../../../tools/lib/journal/spool.js';
import { uuidV7 } from '../../../tools/lib/record/ids.js';
import { contentOf, eventsIn, payload } from '../../support/deliver.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const OPTIONS = { sessionIdleMs: 43_200_000, warn: () => undefined };

test.each(['UserPromptSubmit', 'Stop', 'PostToolUse-Write', 'SessionEnd'])('%s', name => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  // Nothing in it tells one turn from another, so no key can.
  const text = payload(`claude-${name}.json`, { prompt_id: undefined, tool_use_id: undefined });
  const id = uuidV7(clock.nowMs());
  const notice = () => ({
    ...{ at: timestampNow(clock), worktree: 'main', id },
    ...contentOf(text, { workspace, recordsTools: true }),
  });
  deliverNotices(workspace, 'cls', [notice()], OPTIONS);
  const first = eventsIn(workspace.root);
  expect(first.map(event => event.id)).toContain(id);
  clock.advanceMs(1500);
  deliverNotices(workspace, 'cls', [notice()], OPTIONS);
  spoolNotice(spoolDirectory(workspace, 'cls'), notice(), clock);
  deliverNotices(workspace, 'cls', [], OPTIONS);
  expect(eventsIn(workspace.root)).toEqual(first);
});
