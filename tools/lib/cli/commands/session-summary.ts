import { Failure } from '../../failure.js';
import { summarizeSession } from '../../journal/summarize.js';
import type { Command } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { sessionNamed } from '../session.js';

export const sessionSummary: Command = {
  name: 'session-summary',
  purpose: 'write the summary of a session as Markdown, keeping its notes',
  synopsis: ['<session_id>'],
  operands: [{ name: 'session id', complete: 'session' }],
  options: [],
  run(call) {
    const { args, io, warn } = call;
    const [id, ...extra] = args.positionals;
    if (id === undefined) throw new Failure('usage', 'a session id is needed, like 2026-11-24_cls_001');
    if (extra.length > 0) throw new Failure('usage', 'give one session id');
    const session = sessionNamed(id);
    const { path, facts } = summarizeSession(openContext(call).openForWriting(), session, warn);
    if (args.isSet('json')) io.print(`${JSON.stringify({ path, ...facts })}\n`);
    return EXIT.done;
  },
};
