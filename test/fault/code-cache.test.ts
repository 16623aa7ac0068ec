/** The code cache: V8 crashes over a damaged one, and runs whatever a whole one says. */
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/workspace.js';
import { faultPlace } from './place.js';
import { canTrace } from './strace.js';

const WRITE = ['cls', 'info', 'T-1', 'test', 'hello'];

function learnedPlace(): { run: () => number | null; cache: string; directory: string } {
  const place = faultPlace();
  const directory = join(temporaryDirectory(), 'cache');
  place.environment.XDG_CACHE_HOME = directory;
  const run = (): number | null => place.run('ledger-write', WRITE).status;
  expect(run()).toBe(0);
  const [name] = readdirSync(join(directory, 'agent-ledger'));
  return { run, cache: join(directory, 'agent-ledger', name!), directory };
}

test('it is for its owner alone, and one for each version of Node', () => {
  const { cache, directory } = learnedPlace();
  expect(cache).toMatch(/\/ledger-write-v\d+\.\d+\.\d+-\w+$/);
  expect(statSync(cache).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'agent-ledger')).mode & 0o777).toBe(0o700);
});

test('it is made again for as many runs as it learns from, and then left alone', () => {
  const { run, cache } = learnedPlace();
  for (let count = 1; count < 6; count++) run();
  const { ino } = statSync(cache);
  expect(readFileSync(cache, 'latin1').slice(16, 17)).toBe('6');
  expect(run()).toBe(0);
  expect(statSync(cache).ino).toBe(ino);
});

describe('one that is not to be trusted is not used: it is damaged, and V8 would crash over it', () => {
  test.each<[string, (cache: string) => void]>([
    ['others may write to it', cache => chmodSync(cache, 0o622)],
    ['it was made of another build', cache => overwrite(cache, 0, 'x')],
    ['it has lost its end', cache => truncateSync(cache, 10)],
  ])('%s', (_why, spoil) => {
    const { run, cache } = learnedPlace();
    overwrite(cache, 4096, '\0'.repeat(8192));
    spoil(cache);
    expect(run()).toBe(0);
    expect(run()).toBe(0);
  });
});

function overwrite(path: string, at: number, text: string): void {
  const bytes = readFileSync(path);
  bytes.write(text, at, 'latin1');
  writeFileSync(path, bytes);
}

test.runIf(canTrace)('it is on disk before it gets its name', () => {
  const place = faultPlace();
  const trace = join(place.base, 'trace');
  const tracer = [
    'strace',
    '-f',
    '-o',
    trace,
    '-e',
    'trace=openat,fsync,rename',
    '-E',
    `XDG_CACHE_HOME=${place.base}/cache`,
  ];
  expect(place.run('ledger-write', WRITE, tracer).status).toBe(0);
  const calls = readFileSync(trace, 'utf8').split('\n');
  const named = calls.findIndex(call => call.includes('rename("') && call.includes('/cache/agent-ledger/'));
  const made = calls.findLastIndex((call, at) => at < named && call.includes('O_CREAT|O_EXCL'));
  expect(calls.slice(made, named).join('\n')).toMatch(/fsync\(\d+\)\s+= 0$/m);
});
