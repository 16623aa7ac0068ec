/** What agents say, in whatever pieces it arrives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';
import {
  LineReader,
  LONGEST_MESSAGE_BYTES,
  outcomeOf,
  parseAgentMessage,
} from '../../../tools/lib/runs/messages.js';
import { OutputTail } from '../../../tools/lib/runs/output-tail.js';
import { checkProperty } from '../../support/rounds.js';

test('lines are the same however the stream is cut', () => {
  const line = fc.stringMatching(/^[a-zü"{}\\ ]{0,20}$/);
  checkProperty(
    fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.nat(30)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map(text => `${text}\n`).join(''));
      const reader = new LineReader();
      const found: string[] = [];
      let from = 0;
      for (const length of [...cuts, bytes.length]) {
        found.push(...reader.push(bytes.subarray(from, from + length)).map(String));
        from += length;
      }
      expect(found).toEqual(lines);
    }),
  );
});

test('a message of 256 KiB with its newline is read, one byte more is too long', () => {
  const longest = Buffer.alloc(LONGEST_MESSAGE_BYTES - 1, 'x');
  const reader = new LineReader();
  expect(reader.push(Buffer.concat([longest, Buffer.from('\na\n')])).map(({ length }) => length)).toEqual([
    LONGEST_MESSAGE_BYTES - 1,
    1,
  ]);
  expect(reader.isOversize).toBe(false);
  expect(reader.push(longest)).toEqual([]);
  expect(reader.push(Buffer.from('x\nmore\n'))).toEqual([]);
  expect(reader.isOversize).toBe(true);
});

test.each([
  [{ event: 'completed' }, 'done'],
  [{ event: 'builder.completed' }, 'done'],
  [{ event: 'review.approved' }, 'done'],
  [{ event: 'spec.updated' }, 'done'],
  [{ event: 'spec.no_changes_needed' }, 'done'],
  [{ event: 'review.changes_requested' }, 'changes_requested'],
  [{ event: 'review.completed', status: 'changes_requested' as const }, 'changes_requested'],
  [{ event: 'completed', status: 'failed' as const }, 'failed'],
  [{ event: 'error' }, 'failed'],
  [{ event: 'builder.error' }, 'failed'],
  [{ event: 'progress', status: 'success' as const }, undefined],
  [{ event: 'constructor' }, undefined],
])('%j decides %s', (event, outcome) => {
  expect(outcomeOf({ kind: 'event', ...event })).toBe(outcome);
});

test.each([
  ['{"kind":"event","event":"completed"}', 'event'],
  ['{"kind":"heartbeat"}', 'heartbeat'],
  ['{"kind":"log","message":"hi","level":"info"}', 'log'],
])('%s is a message', (line, kind) => {
  expect(parseAgentMessage(Buffer.from(line)).kind).toBe(kind);
});

test.each([
  ['', /is not a JSON object/],
  ['[]', /is not a JSON object/],
  ['Compiling…', /is not a JSON object/],
  ['{"kind":"command"}', /no kind that an agent may send/],
  ['{"kind":"toString"}', /no kind/],
  ['{"kind":"event"}', /has no "event"/],
  ['{"kind":"event","event":"completed","artifacts":["../x"]}', /artifacts.0 does not match/],
  ['{"kind":"event","event":"completed","artifacts":["/x"]}', /artifacts.0 does not match/],
])('%s is none', (line, problem) => {
  expect(parseAgentMessage(Buffer.from(line))).toMatchObject({
    kind: 'none',
    problem: expect.stringMatching(problem),
  });
});

test('of what was printed the end is kept, without secrets and control sequences', () => {
  const tail = new OutputTail();
  for (let line = 0; line < 20_000; line++) tail.push(Buffer.from(`line ${line} of the output\n`));
  tail.push(Buffer.from('\u001b[31mpassword=hunter2hunter2\u001b[0m the end\n'));
  const text = tail.text(BUILT_IN);
  expect(Array.from(text).length).toBeLessThanOrEqual(1000);
  expect(text).toMatch(/^\(truncated\) ….*line 19999 of the output\n.*redacted.* the end$/s);
  expect(text).not.toMatch(/hunter2|\u001b/);
  const small = new OutputTail();
  small.push(Buffer.from('  why\n'));
  expect(small.text(BUILT_IN)).toBe('why');
});
