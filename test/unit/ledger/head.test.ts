import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHead } from '../../../tools/lib/ledger/head.js';
import { checkDayFile, wholeDay } from '../../support/chain.js';
import { headFile, recorder, startedDay } from '../../support/recorder.js';

test.each([
  ['lost', (path: string) => rmSync(path)],
  ['empty', (path: string) => writeFileSync(path, '')],
  ['damaged', (path: string) => writeFileSync(path, '{"writer":"x"')],
  ['of another shape', (path: string) => writeFileSync(path, '{"writer":1,"size":"x"}')],
  ['filled with zeros', (path: string) => writeFileSync(path, Buffer.alloc(200))],
  ['a mixture of two', mix],
])('a head that is %s is folded from the file again', (_what, damage) => {
  const started = startedDay();
  damage(headFile(started));
  started.record();
  expect(wholeDay(started.dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(started.warnings).toEqual([]);
});

/** What a power cut can leave of a head that was being written over an older one. */
function mix(path: string): void {
  const newer = readFileSync(path, 'utf8');
  const older = newer
    .replace(/"size":\d+/, '"size":1')
    .replace(/"check":\d+/, '"check":1')
    .replace(/"seq":\d+/, '"seq":1');
  writeFileSync(path, `${newer.slice(0, 20)}${older.slice(20)}`);
}

test('a shorter head over a longer one is a whole one', () => {
  const started = startedDay();
  const head = readFileSync(headFile(started), 'utf8');
  writeFileSync(headFile(started), `${head}rest of a longer one","check":7}\n`);
  expect(readHead(started.workspace, 'cls', '2026-11-24')).toMatchObject({ seq: 3 });
});

test('a stale head is brought up to the file', () => {
  const started = startedDay();
  const stale = readFileSync(headFile(started));
  for (let count = 0; count < 3; count++) started.record();
  writeFileSync(headFile(started), stale);
  started.record();
  expect(wholeDay(started.dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('what was folded is kept, also when nothing is appended', () => {
  const started = startedDay();
  const stale = readFileSync(headFile(started));
  started.record({ idempotency_key: 'k' });
  const fresh = readFileSync(headFile(started), 'utf8');
  writeFileSync(headFile(started), stale);
  expect(started.record({ idempotency_key: 'k' }).isDuplicate).toBe(true);
  expect(JSON.parse(readFileSync(headFile(started), 'utf8').split('\n')[0]!)).toEqual(JSON.parse(fresh));
});

test('a line of another tool may hold anything in the place of what is ours', () => {
  const started = startedDay();
  const { writer } = started.workspace;
  const [line] = readFileSync(started.dayPath(), 'utf8').split('\n');
  for (const strange of [{ idempotency_key: 5 }, { seq: '9' }, { seq: 1e300 }, { writer: null }]) {
    appendFileSync(started.dayPath(), `${JSON.stringify({ ...JSON.parse(line!), writer, ...strange })}\n`);
    expect(started.record({ idempotency_key: JSON.stringify(strange) }).event.seq).toBeGreaterThan(3);
  }
  expect(readHead(started.workspace, 'cls', '2026-11-24')).toMatchObject({ seq: 7 });
});

test('a head of another writer is not continued', () => {
  const started = startedDay();
  const copy = { ...started.workspace, writer: 'copy-00000000' };
  expect(recorder({ workspace: copy, clock: started.clock }).record().event).toMatchObject({ seq: 1 });
  expect(wholeDay(started.dayPath())).toHaveLength(4);
});

test('a file that lost its tail goes on behind it, so that the gap stays visible', () => {
  const { record, dayPath, warnings } = startedDay();
  const [first] = readFileSync(dayPath(), 'utf8').split('\n');
  writeFileSync(dayPath(), `${first}\n`);
  expect(record().event.seq).toBe(4);
  expect(warnings).toEqual([expect.stringMatching(/has lost \d+ bytes at its end.*ledger-validate --chain/)]);
  expect(checkDayFile(dayPath()).problems).toEqual([
    expect.stringMatching(/^2: seq 4 after 1/),
    expect.stringMatching(/^2: the chain is broken/),
  ]);
  record();
  expect(checkDayFile(dayPath()).problems).toHaveLength(2);
  expect(warnings).toHaveLength(1);
});

test('a file that is gone is begun again, visibly', () => {
  const { record, dayPath, warnings } = startedDay();
  rmSync(dayPath());
  expect(record().event.seq).toBe(4);
  expect(warnings).toEqual([expect.stringMatching(/has lost/)]);
});

test('the head covers every byte of the file after each append', () => {
  const { record, dayPath, workspace } = startedDay();
  record({ idempotency_key: 'k' });
  const head = readHead(workspace, 'cls', '2026-11-24');
  expect(head).toMatchObject({ size: readFileSync(dayPath()).length, seq: 4, sessions: 1 });
});
