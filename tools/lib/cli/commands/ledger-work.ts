import type { Call, Command } from '../command.js';
import { work } from '../work/work-off.js';

export const ledgerWork: Command = {
  name: 'ledger-work',
  purpose: 'take the next ready task, claim it, run a command for it, record what came of it, and go on',
  synopsis: [
    '[--workplans PATH]… -- <command> [argument …]',
    '--inbox DIR -- <command> [argument …]',
    '--tasks COMMAND -- <command> [argument …]',
  ],
  operands: [{ name: 'command', complete: 'command', isRepeated: true }],
  options: [
    {
      name: 'agent',
      value: 'AGENT',
      text: 'who works; else LEDGER_AGENT, else claims.agent_id',
      complete: 'agent',
    },
    {
      name: 'workplans',
      value: 'PATH',
      text: 'workplans: a file, a directory or a pattern; the whole root when there is no other source',
      complete: 'file',
    },
    { name: 'inbox', value: 'DIR', text: 'work orders, one file each', complete: 'directory' },
    { name: 'tasks', value: 'COMMAND', text: 'a command that prints tasks, one a line' },
    { name: 'once', text: 'end when nothing is ready, do not wait for more' },
    { name: 'max', value: 'N', text: 'end after so many attempts' },
    { name: 'concurrency', value: 'N', text: 'so many tasks at once; 1 when not given' },
    {
      name: 'poll',
      value: 'DURATION',
      text: 'how long to wait at first when nothing is ready; 2s when not given',
    },
    { name: 'ttl', value: 'DURATION', text: 'how long a lease lasts without a sign of life' },
  ],
  outlivesReader: true,
  run: (call: Call) => work(call),
};
