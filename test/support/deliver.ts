/** Telling a test's ledger what hooks are told, without processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hearPayload } from '../../tools/lib/cli/hook/native.js';
import { captureSignal, capturing } from '../../tools/lib/clients/captured.js';
import type { NoticeContent } from '../../tools/lib/clients/notice.js';
import { timestampNow } from '../../tools/lib/clock.js';
import { deliverNotices } from '../../tools/lib/journal/deliver.js';
import { listDayFiles } from '../../tools/lib/ledger/day-file.js';
import type { LedgerEvent } from '../../tools/lib/record/event.js';
import { BUILT_IN } from '../../tools/lib/redact/rules.js';
import type { Workspace } from '../../tools/lib/root/workspace.js';
import { linesIn } from './workspace.js';

export const PAYLOADS = join(import.meta.dirname, '../fixtures/payloads');

/** A recorded payload, with what the test wants to be different. */
export function payload(name: string, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...JSON.parse(readFileSync(join(PAYLOADS, name), 'utf8')), ...changes });
}

export interface Teller {
  workspace: Workspace;
  agent?: string;
  taskId?: string;
  sessionId?: string;
  recordsTools?: boolean;
}

/** What a hook of `agent` would make of a payload. */
export function contentOf(text: string, teller: Teller): NoticeContent {
  const heard = hearPayload(text, 'cls_agent');
  if (heard === undefined) throw new Error(`nothing can be told from ${text}`);
  if (heard.kind === 'event') return heard;
  const { workspace, taskId, sessionId, recordsTools = false } = teller;
  const bases = [workspace.root, ...(heard.signal.cwd ? [heard.signal.cwd] : [])];
  return {
    kind: 'signal',
    signal: captureSignal(heard.signal, capturing(BUILT_IN)),
    bases,
    taskId,
    sessionId,
    recordsTools,
  };
}

/** Tells the ledger a payload. @returns the events that were written for it */
export function tell(teller: Teller, text: string): LedgerEvent[] {
  const { workspace, agent = 'cls' } = teller;
  const notice = {
    at: timestampNow(workspace.clock),
    worktree: workspace.worktree,
    ...contentOf(text, teller),
  };
  const options = { sessionIdleMs: 43_200_000, warn: () => undefined };
  return deliverNotices(workspace, agent, [notice], options).map(outcome => {
    if (outcome instanceof Error) throw outcome;
    return outcome.event;
  });
}

/** All events of a root, in the order of their files. */
export function eventsIn(root: string, agent?: string): LedgerEvent[] {
  return listDayFiles(root, { agent }).flatMap(({ path }) => linesIn(path).map(line => JSON.parse(line)));
}
