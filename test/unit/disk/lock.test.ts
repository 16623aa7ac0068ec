import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../tools/lib/clock.js';
import { withLock } from '../../../tools/lib/disk/lock.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

const options = { clock: testClock(), timeoutMs: 0, guards: 'the ledger of cls' };

/** Another process that holds the lock. */
async function holder(path: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/hold-lock.ts', path]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('a lock gives back what the action gives, and what it throws', () => {
  const path = join(temporaryDirectory(), 'lock');
  expect(withLock(path, options, () => 42)).toBe(42);
  expect(() => withLock(path, options, () => JSON.parse('{'))).toThrow(SyntaxError);
  expect(withLock(path, options, () => 'free again')).toBe('free again');
});

test('two holders in one process exclude each other', () => {
  const path = join(temporaryDirectory(), 'lock');
  withLock(path, options, () => {
    const message = refusal('contention', () => withLock(path, options, () => 'in'));
    expect(message).toBe('another process has kept the ledger of cls locked; run it again');
  });
});

test('waiting ends after the time given, and says how long it was', () => {
  const path = join(temporaryDirectory(), 'lock');
  const clock = testClock();
  const startMs = clock.nowMs();
  withLock(path, options, () => {
    const waiting = { ...options, clock, timeoutMs: 3000 };
    expect(refusal('contention', () => withLock(path, waiting, () => 'in'))).toMatch(/locked for 3 s/);
  });
  expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(3000);
});

test('another process is excluded, and its death frees the lock without cleaning up', async () => {
  const path = join(temporaryDirectory(), 'lock');
  const child = await holder(path);
  refusal('contention', () => withLock(path, options, () => 'in'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path)).toBe(true);
  expect(withLock(path, { ...options, clock: systemClock, timeoutMs: 5000 }, () => 'in')).toBe('in');
});

test('a lock that cannot be opened says so', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'target'), '');
  symlinkSync(join(directory, 'target'), join(directory, 'link'));
  expect(refusal('unsafe', () => withLock(join(directory, 'link'), options, () => 0))).toMatch(
    /symbolic link/,
  );
  expect(refusal('disk', () => withLock(directory, options, () => 0))).toMatch(/directory in its place/);
  expect(refusal('disk', () => withLock(join(directory, 'target/lock'), options, () => 0))).toMatch(
    /cannot open/,
  );
});

test('the directory of a lock is made, for its owner alone', () => {
  const directory = temporaryDirectory();
  expect(withLock(join(directory, 'new/lock'), options, () => 'in')).toBe('in');
  expect(statSync(join(directory, 'new')).mode & 0o777).toBe(0o700);
});
