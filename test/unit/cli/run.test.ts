import { expect, test } from 'vitest';
import type { Command } from '../../../tools/lib/cli/command.js';
import { EXIT } from '../../../tools/lib/cli/exit-codes.js';
import { Failure, type FailureKind } from '../../../tools/lib/failure.js';
import { runIn } from '../../support/io.js';

const failing = (error: unknown): Command => ({
  name: 'tool',
  purpose: 'fail',
  synopsis: ['<what>'],
  operands: [],
  options: [{ name: 'fast', value: 'N', text: 'go fast' }],
  run: () => {
    throw error;
  },
});
const fine: Command = { ...failing(undefined), run: () => 0 };

test('each kind of failure has its exit status, one line on stderr and nothing on stdout', async () => {
  const kinds = Object.keys(EXIT).filter(kind => !['done', 'bug', 'usage'].includes(kind)) as FailureKind[];
  for (const kind of kinds) {
    expect(await runIn(failing(new Failure(kind, 'what and what to do')), [])).toEqual({
      ...{ status: EXIT[kind], output: '', messages: 'tool: what and what to do\n' },
    });
  }
});

test('the statuses are those of the documentation', () => {
  expect(EXIT).toEqual({
    ...{ done: 0, no: 1, contention: 2, setup: 3, missing: 4, finished: 5, rewound: 6 },
    ...{ usage: 64, data: 65, bug: 70, disk: 74, offline: 75, unsafe: 77 },
  });
});

test('wrong usage shows how it goes', async () => {
  const { status, messages } = await runIn(fine, ['--nonsense']);
  expect(status).toBe(64);
  expect(messages).toMatch(/^tool: unknown option "--nonsense".*\nusage: tool \[options\] <what>\n$/);
});

test('anything else that is thrown is a bug and shows its stack', async () => {
  const { status, messages } = await runIn(failing(new TypeError('oops')), []);
  expect(status).toBe(70);
  expect(messages).toMatch(/^tool: this is a bug, please report it: TypeError: oops\n +at /);
  expect((await runIn(failing('text'), [])).status).toBe(70);
});

test('help and version go to stdout, whatever else is asked', async () => {
  const help = await runIn(failing(new Error()), ['x', '--help']);
  expect(help).toMatchObject({ status: 0, messages: '' });
  expect(help.output).toMatch(/^tool: fail\n\nusage: tool \[options\] <what>\n\n {2}--fast N {4}go fast\n/);
  expect(help.output).toMatch(/--root DIR .*\n {2}--json .*\n {2}--help .*\n {2}--version /);
  expect((await runIn(failing(new Error()), ['--version'])).output).toBe('tool dev\n');
});

test('what a command returns is the exit status', async () => {
  expect((await runIn({ ...fine, run: async () => 5 }, [])).status).toBe(5);
});
