/** The log of a run on disk, and the receipts beside it. */
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Entry } from '../../../tools/lib/runs/entry.js';
import { appendEntries, closeRunLog, openRunLog, readEntries } from '../../../tools/lib/runs/log.js';
import { formatReceipt, receiptProblem, writeReceipt } from '../../../tools/lib/runs/receipt.js';
import { refusal } from '../../support/failure.js';
import { linesIn, temporaryDirectory, testClock } from '../../support/workspace.js';

const failOnMessage = (message: string): never => {
  throw new Error(message);
};
const read = (directory: string, warn: (message: string) => void = failOnMessage): string[] =>
  [...readEntries(directory, warn)].map(({ seq, op }) => `${seq} ${op}`);

function logWith(reasons: string[]): string {
  const directory = temporaryDirectory();
  const log = openRunLog(directory, testClock(), failOnMessage);
  for (const reason of reasons) appendEntries(log, [{ op: 'failed', reason }]);
  closeRunLog(log);
  return directory;
}

test('entries are numbered, valid, and read back', () => {
  const directory = logWith(['a', 'ü\n"', 'x'.repeat(4000)]);
  expect(read(directory)).toEqual(['1 failed', '2 failed', '3 failed']);
  expect(read(temporaryDirectory())).toEqual([]);
  const log = openRunLog(directory, testClock(), failOnMessage);
  const refused = refusal('data', () => appendEntries(log, [{ op: 'failed', reason: 'x'.repeat(5000) }]));
  expect(refused).toMatch(/entry "failed" of the run cannot be written: reason is longer/);
  closeRunLog(log);
  expect(linesIn(join(directory, 'log.jsonl'))).toHaveLength(3);
});

test('a torn last line is nothing to readers, and set aside by the next writer', () => {
  const directory = logWith(['a', 'b']);
  const path = join(directory, 'log.jsonl');
  const whole = readFileSync(path);
  for (let length = whole.length - 40; length < whole.length - 1; length += 13) {
    writeFileSync(path, whole.subarray(0, length));
    expect(read(directory)).toEqual(['1 failed']);
  }
  const messages: string[] = [];
  const log = openRunLog(directory, testClock(), message => messages.push(message));
  log.seq = 1;
  appendEntries(log, [{ op: 'completed' }]);
  closeRunLog(log);
  expect(messages).toEqual([expect.stringMatching(/moved a torn last line/)]);
  expect(read(directory)).toEqual(['1 failed', '2 completed']);
  expect(readdirSync(directory).filter(name => name.includes('.torn-'))).toHaveLength(1);
  // Whole but for its newline, it counts.
  writeFileSync(path, whole.subarray(0, whole.length - 1));
  expect(read(directory)).toEqual(['1 failed', '2 failed']);
});

test('what is no entry, and a copy of one, is passed over with a warning', () => {
  const directory = logWith(['a', 'b']);
  const path = join(directory, 'log.jsonl');
  const [first] = linesIn(path);
  appendFileSync(path, `${first}\n{"op":"completed"}\n[]\nnonsense\n`);
  const messages: string[] = [];
  expect(read(directory, message => messages.push(message))).toEqual(['1 failed', '2 failed']);
  expect(messages.map(message => /jsonl:(\d+): is no entry/.exec(message)?.[1])).toEqual([
    '3',
    '4',
    '5',
    '6',
  ]);
});

const RECEIPT = {
  ...{ schema_version: 1, run: 'run-20261125-100000-00000000', task_id: 'T-1', step: 'a-1', agent: 'cls' },
  ...{ action: 'b', iteration: 2, attempt: 1, idempotency_key: `ik:${'0'.repeat(64)}`, epoch: 1 },
  ...{ snapshot_id: 'snap-000000000000', outcome: 'done' as const, event: null, exit_code: 0, artifacts: [] },
  ...{ started_at: '2026-11-25T10:00:00.000Z', finished_at: '2026-11-25T10:00:00.000Z' },
};

test('a receipt proves its result while it is what it was; another one is set aside', () => {
  const directory = temporaryDirectory();
  const receipt = formatReceipt(RECEIPT);
  const result = { step: 'a-1', iteration: 2, receipt_sha256: receipt.sha256 };
  expect(receiptProblem(directory, result)).toBe('its receipt is missing');
  writeReceipt(directory, RECEIPT, receipt, 'one');
  expect(receiptProblem(directory, result)).toBeUndefined();
  const path = join(directory, 'receipts/a-1-2.json');
  for (const forged of ['', '{}', readFileSync(path, 'utf8').replace('"epoch": 1', '"epoch": 2')]) {
    writeFileSync(path, forged);
    expect(receiptProblem(directory, result)).toBe('its receipt is not the one that was made');
  }
  writeReceipt(directory, RECEIPT, receipt, 'two');
  expect(receiptProblem(directory, result)).toBeUndefined();
  expect(readdirSync(join(directory, 'receipts'))).toEqual(['a-1-2.json', 'a-1-2.json.rejected-two']);
  rmSync(path);
  expect(receiptProblem(directory, result)).toBe('its receipt is missing');
  expect(refusal('data', () => formatReceipt({ ...RECEIPT, iteration: 0 }))).toMatch(
    /iteration must be >= 1/,
  );
});

test('entries of one append are one write: all of them, or none', () => {
  const directory = temporaryDirectory();
  const log = openRunLog(directory, testClock(), failOnMessage);
  const entries: Entry[] = appendEntries(log, [{ op: 'failed', reason: 'a' }, { op: 'completed' }]);
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
  refusal('data', () =>
    appendEntries(log, [{ op: 'completed' }, { op: 'failed', reason: 'x'.repeat(5000) }]),
  );
  closeRunLog(log);
  expect(read(directory)).toEqual(['1 failed', '2 completed']);
});
