import { resolve } from 'node:path';
import { readText } from '../../disk/read.js';
import { Failure } from '../../failure.js';
import { copySummary, summarizeSession } from '../../journal/summarize.js';
import type { Command } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { sessionNamed } from '../session.js';

export const sessionSummary: Command = {
  name: 'session-summary',
  purpose: 'write the summary of a session as Markdown, keeping its notes',
  synopsis: ['<session_id>'],
  operands: [{ name: 'session id', complete: 'session' }],
  options: [
    {
      name: 'output',
      value: 'FILE',
      text: 'also write the summary to FILE, or print it for -',
      complete: 'file',
    },
  ],
  run(call) {
    const { args, io } = call;
    const [id, ...extra] = args.positionals;
    if (id === undefined) throw new Failure('usage', 'a session id is needed, like 2026-11-24_cls_001');
    if (extra.length > 0) throw new Failure('usage', 'give one session id');
    const output = args.value('output');
    if (output === '-' && args.isSet('json'))
      throw new Failure('usage', 'give --json or --output -, not both');
    const session = sessionNamed(id);
    const context = openContext(call);
    const workspace = context.openForWriting();
    const summarized = summarizeSession(workspace, session, context.dayOptions);
    const { path, facts } = summarized;
    if (output === '-') io.print(readText(path) ?? '');
    else if (output !== undefined) copySummary(workspace, summarized, resolve(io.cwd, output));
    if (args.isSet('json')) io.print(`${JSON.stringify({ path, ...facts })}\n`);
    return EXIT.done;
  },
};
