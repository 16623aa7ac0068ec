/** What is seen of a run while it is driven. */
import { expect, test } from 'vitest';
import type { Call } from '../../../tools/lib/cli/command.js';
import { watchRun } from '../../../tools/lib/cli/runs/progress.js';
import { PaperRun } from '../../support/runs.js';

/** Shows a whole run. @returns what was printed */
function shown(flags: string[], isTerminal = false): string {
  let printed = '';
  const io = { print: (text: string) => (printed += text), isTerminal: () => isTerminal };
  const progress = watchRun({
    args: { isSet: (name: string) => flags.includes(name) },
    io,
  } as unknown as Call);
  const paper = new PaperRun();
  paper.open();
  paper.drive(({ step, iteration }) => ({
    outcome: step === 'review' && iteration === 1 ? 'changes_requested' : 'done',
    payload: null,
  }));
  for (const entry of paper.entries) {
    progress.onEntry(entry, paper.run!);
    if (entry.op === 'intent') {
      progress.onMessage({ kind: 'log', level: 'info', message: 'half\u001b[2J way' }, entry.step);
    }
  }
  progress.end();
  return printed;
}

const LINES = [
  'run-20261125-100000-00000000: T-1, 3 steps',
  'implement (cls): done, 5ms',
  'review (cls): asks for changes, 5ms',
  'implement #2 (cls): done, 5ms',
  'review #2 (cls): done, 5ms',
  'spec (cls): done, 5ms',
  'run-20261125-100000-00000000: completed',
];

test('in a pipe, one line a step', () => {
  expect(shown([])).toBe(`${LINES.join('\n')}\n`);
});

test('on a terminal the present step is alive, and gives way to its line', () => {
  const screen = shown([], true);
  expect(screen).toMatch(/\r\u001b\[Kimplement … \d+ms/);
  const settled = screen.replace(/\r\u001b\[K(?:[^\r\n]*…[^\r\n]*?(?=\r)|)/g, '');
  expect(settled).toBe(`${LINES.join('\n')}\n`);
  expect(screen).not.toContain('\u001b[2J');
});

test('with --json every entry and message, with --quiet nothing', () => {
  const lines = shown(['json']).split('\n').slice(0, -1);
  const values = lines.map(line => JSON.parse(line) as { op?: string; kind?: string; step?: string });
  expect(values.map(({ op, kind }) => op ?? kind).slice(0, 5)).toEqual([
    'started',
    'intent',
    'log',
    'result',
    'intent',
  ]);
  expect(values[2]).toMatchObject({ step: 'implement', message: 'half\u001b[2J way' });
  expect(shown(['quiet'])).toBe('');
});
