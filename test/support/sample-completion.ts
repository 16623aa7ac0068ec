/** Prints the completion of a command with all that a completion can have. */
import { completionText } from '../../tools/dev/completion.js';

process.stdout.write(
  completionText({
    name: 'ledger-sample',
    purpose: 'be completed',
    synopsis: [''],
    operands: [
      { name: 'action', complete: ['acquire', 'renew', 'run'] },
      { name: 'task', complete: 'task' },
      { name: 'command', complete: 'command' },
    ],
    options: [
      {
        name: 'format',
        value: 'NAME',
        text: "what it's [like]: $(touch x) `touch x`",
        complete: ['json', 'table'],
      },
      { name: 'agent', value: 'AGENT', text: 'of this agent', complete: 'agent' },
    ],
    run: () => 0,
  }),
);
