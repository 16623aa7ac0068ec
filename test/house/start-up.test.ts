/**
 * What is called on every tool call loads no module of Node that an empty script which appends and syncs a
 * line would not load: each costs a millisecond or more. Measured on the built executables.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/workspace.js';
import { CHECKOUT } from './source.js';

const BARE = `const fs = require('node:fs'), path = require('node:path');
const fd = fs.openSync(path.join(__dirname, 'log'), 'a');
fs.writeSync(fd, JSON.stringify({ at: new Date().toISOString() }) + '\\n');
fs.fsyncSync(fd);`;
const SPY = `process.on('exit', () =>
  require('node:fs').writeFileSync(__dirname + '/loaded.json', JSON.stringify(process.moduleLoadList)));`;

test.each([
  ['ledger-write', ['cls', 'info', 'T-1', 'test', 'hello', '{"a":1}']],
  [
    'ledger-write',
    ['cls', 'info', 'T-1', 'test', 'hello', '{}', '--status', '--idempotency-key', 'k', '--json'],
  ],
  ['cls-hook', ['info', 'T-1', 'hello']],
  ['ledger-claim', ['T-1', '--agent-id', 'cls', '--quiet']],
  ['ledger-claim', ['list', '--json']],
  ['status-update', ['cls', '--heartbeat']],
  ['status-update', ['cls', 'busy', '', 'T-1']],
])('%s %j loads no more than it needs', (name, args) => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'g/ledger'), { recursive: true });
  writeFileSync(join(directory, 'bare.cjs'), BARE);
  writeFileSync(join(directory, 'spy.cjs'), SPY);
  const loadedBy = (script: string): string[] => {
    const command = ['--require', join(directory, 'spy.cjs'), script, ...args];
    const env = { PATH: process.env.PATH, HOME: directory };
    execFileSync(process.execPath, command, { cwd: directory, env, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(join(directory, 'loaded.json'), 'utf8'));
  };
  const executable = join(CHECKOUT, 'dist/bin', `${name}.cjs`);
  // The first call in a checkout makes its writer id, which needs the host's name, and the code cache.
  loadedBy(executable);
  const bare = new Set(loadedBy(join(directory, 'bare.cjs')));
  // The launcher runs the program as a script of `vm`, from V8's code cache.
  expect(loadedBy(executable).filter(module => !bare.has(module))).toEqual(['NativeModule vm']);
});
