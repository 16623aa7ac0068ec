/** The claims log and its views: whatever is lost or torn, the log decides. */
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHistory } from '../../../tools/lib/claims/log.js';
import { readLeases, withClaims } from '../../../tools/lib/claims/store.js';
import {
  acquireOnce,
  act,
  complete,
  controlFile,
  epochOf,
  messages,
  release,
  turns,
  underLock,
  warn,
} from '../../support/claiming.js';
import { temporaryWorkspace } from '../../support/workspace.js';

test('a process that dies before the index is written has claimed all the same', () => {
  const workspace = temporaryWorkspace();
  act(workspace, 'T-1', acquireOnce(), true);
  expect(readLeases(workspace, warn).get('T-1')).toMatchObject({ agent: 'cls', epoch: 1 });
  const caughtUp = withClaims(workspace, warn, claims => claims.caughtUp.map(({ op }) => op));
  expect(caughtUp).toEqual(['acquire']);
  act(workspace, 'T-1', complete, true);
  expect(underLock(workspace, 'T-1', claim => claim)).toMatchObject({ epoch: 1, isCompleted: true });
});

test.each(['claims.index.json', 'claims.finished.table'])('%s can be deleted', name => {
  const workspace = temporaryWorkspace();
  for (let round = 0; round < 3; round++) {
    act(workspace, 'T-1', acquireOnce());
    act(workspace, 'T-1', release);
  }
  act(workspace, 'T-2', acquireOnce());
  act(workspace, 'T-3', acquireOnce());
  act(workspace, 'T-3', complete);
  rmSync(controlFile(workspace, name), { recursive: true });
  expect(underLock(workspace, 'T-1', ({ epoch }) => epoch)).toBe(3);
  expect(underLock(workspace, 'T-3', ({ isCompleted }) => isCompleted)).toBe(true);
  expect([...readLeases(workspace, warn).keys()]).toEqual(['T-2']);
  act(workspace, 'T-1', acquireOnce());
  expect(epochOf(workspace, 'T-1')).toBe(4);
});

test('an index that is damaged or of another log is made again', () => {
  const workspace = temporaryWorkspace();
  act(workspace, 'T-1', acquireOnce());
  const path = controlFile(workspace, 'claims.index.json');
  const good = readFileSync(path, 'utf8');
  for (const bad of [
    '',
    '{',
    '[]',
    good.slice(0, -5),
    good.replace(/"hash":"./, '"hash":"x'),
    good.replace('"T-1"', '7'),
  ]) {
    writeFileSync(path, bad);
    expect(epochOf(workspace, 'T-1')).toBe(1);
    act(workspace, 'T-1', acquireOnce());
    expect([...readLeases(workspace, warn).keys()]).toEqual(['T-1']);
  }
});

test('a torn last line was never acknowledged: it is set aside, and the log goes on', () => {
  const workspace = temporaryWorkspace();
  act(workspace, 'T-1', acquireOnce());
  const path = controlFile(workspace, 'claims.jsonl');
  appendFileSync(path, '{"schema_version":1,"seq":2,"ts":"2026-');
  expect([...readLeases(workspace, warn).keys()]).toEqual(['T-1']);
  messages.length = 0;
  act(workspace, 'T-2', acquireOnce());
  expect(messages).toEqual([expect.stringMatching(/moved a torn last line/)]);
  expect([...readHistory(workspace, warn)].map(({ seq }) => seq)).toEqual([1, 2]);
});

test('a number that comes again is passed over, and so is what is no op; both are told', () => {
  const workspace = temporaryWorkspace();
  act(workspace, 'T-1', acquireOnce());
  act(workspace, 'T-1', release);
  const path = controlFile(workspace, 'claims.jsonl');
  const [first] = readFileSync(path, 'utf8').split('\n');
  appendFileSync(path, `${first}\nnot json\n{"op":"acquire"}\n`);
  messages.length = 0;
  expect(underLock(workspace, 'T-1', ({ lease }) => lease)).toBeUndefined();
  expect(messages).toEqual([
    expect.stringMatching(/repeats number 1, after 2/),
    expect.stringMatching(/is not a claim op/),
    expect.stringMatching(/is not a claim op/),
  ]);
});

test('a record of a task that the log does not bear out is made again', () => {
  const workspace = temporaryWorkspace();
  turns(workspace, 'T-1', 2);
  act(workspace, 'T-2', acquireOnce());
  const path = controlFile(workspace, 'claims.finished.table');
  const good = readFileSync(path, 'latin1');
  for (const bad of [good.replace('000000000002 r', '000000000001 c'), good.replace(/\d\n/, 'x\n'), '']) {
    writeFileSync(path, bad, 'latin1');
    expect(epochOf(workspace, 'T-1')).toBeGreaterThan(0);
    expect(underLock(workspace, 'T-1', claim => claim)).toMatchObject({ epoch: 2, isCompleted: false });
  }
});

test('what an op costs does not grow with the history: neither view does', () => {
  const workspace = temporaryWorkspace();
  const sizes: number[] = [];
  for (let round = 0; round < 30; round++) {
    act(workspace, 'T-1', acquireOnce());
    act(workspace, 'T-1', release);
    sizes.push(statSync(controlFile(workspace, 'claims.index.json')).size);
  }
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(8);
});
