/**
 * What is called on every tool call starts with little. It loads no module of Node that an empty script which
 * appends and syncs a line would not load: each costs a millisecond or more. And it loads few of our own parts,
 * none of them large: what a code cache costs grows with them. Measured on the built executables.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/workspace.js';
import { CHECKOUT } from './source.js';

const BARE = `const fs = require('node:fs'), path = require('node:path');
const fd = fs.openSync(path.join(__dirname, 'log'), 'a');
fs.writeSync(fd, JSON.stringify({ at: new Date().toISOString() }) + '\\n');
fs.fsyncSync(fd);`;
const SPY = `const vm = require('node:vm'), { Script } = vm, parts = [];
vm.Script = class extends Script {
  constructor(source, options) {
    super(source, options);
    parts.push(options.filename);
  }
};
process.on('exit', () =>
  require('node:fs').writeFileSync(__dirname + '/loaded.json', JSON.stringify({ parts, modules: process.moduleLoadList })));`;

interface Loaded {
  modules: string[];
  /** Our own, in their order. */
  parts: string[];
}

interface Asked {
  args: string[];
  /** `TURN` is another one at each run. */
  input?: string;
  /** The text of `ledger.config.json`. */
  config?: string | undefined;
}

/** What a call loads beyond the bare script, once the writer id and the code caches are made. */
function loadedBy(name: string, { args, input = '', config }: Asked): Loaded {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'g/ledger'), { recursive: true });
  writeFileSync(join(directory, 'bare.cjs'), BARE);
  writeFileSync(join(directory, 'spy.cjs'), SPY);
  if (config !== undefined) writeFileSync(join(directory, 'ledger.config.json'), config);
  let turn = 0;
  const run = (script: string): Loaded => {
    turn++;
    const command = ['--require', join(directory, 'spy.cjs'), script, ...args];
    const env = { PATH: process.env.PATH, HOME: directory };
    execFileSync(process.execPath, command, {
      cwd: directory,
      env,
      input: input.replaceAll('TURN', String(turn)),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    return JSON.parse(readFileSync(join(directory, 'loaded.json'), 'utf8'));
  };
  const executable = join(CHECKOUT, 'dist/bin', `${name}.cjs`);
  run(executable);
  const bare = new Set(run(join(directory, 'bare.cjs')).modules);
  const { modules, parts } = run(executable);
  const named = parts.map(path => /dist\/bin\/\.\.\/lib\/(.+)\.js$/.exec(path)?.[1] ?? path);
  return { modules: modules.filter(module => !bare.has(module)), parts: named };
}

const WRITE = ['cls', 'info', 'T-1', 'test'];
/** A step of Claude Code, and what is not quiet about others. */
const step = (more: object): string =>
  JSON.stringify({
    ...{
      session_id: '47566f45-ced6-40a6-8941-cf985a3bacba',
      prompt_id: 'f1e7a593-c420-4777-b523-274564924ac1',
    },
    ...{ cwd: '/home/dev/app', permission_mode: 'default', hook_event_name: 'PreToolUse' },
    ...more,
  });
const PROMPT = 'Make the import idempotent and say which files it leaves alone. '.repeat(64);

describe('a call loads the parts it needs and no module of Node', () => {
  test.each<[string, string[], string[], Omit<Asked, 'args'>]>([
    ['ledger-write', [...WRITE, 'all tests pass', '{"a":1}'], [], {}],
    ['ledger-write', [...WRITE, 'hello', '{}', '--status', '--json'], [], {}],
    ['ledger-write', [...WRITE, 'hello', '{}', '--idempotency-key', 'k'], ['late/keys'], {}],
    [
      'ledger-write',
      [...WRITE, 'hello'],
      [],
      { config: '{\n  "$schema": "https://example.org/config.json"\n}\n' },
    ],
    [
      'ledger-write',
      [...WRITE, 'hello'],
      ['late/check-config'],
      { config: '{"claims":{"default_ttl_s":60}}' },
    ],
    ['ledger-write', [...WRITE, 'password: hunter2'], ['late/search'], {}],
    ['ledger-write', ['cls', '--stdin'], ['late/write-batch'], {}],
    ['ledger-claim', ['T-1', '--agent-id', 'cls', '--quiet'], [], {}],
    ['ledger-claim', ['list', '--json'], ['late/show'], {}],
    ['cls-hook', [], [], { input: step({}) }],
    ['cls-hook', [], ['late/tell-ledger'], { input: step({ hook_event_name: 'SubagentStop' }) }],
    [
      'cls-hook',
      [],
      ['late/tell-ledger', 'late/keys'],
      { input: step({ hook_event_name: 'UserPromptSubmit', prompt_id: 'p-TURN', prompt: PROMPT }) },
    ],
    ['cls-hook', ['info', 'T-1', 'hello'], ['late/tell-ledger'], {}],
    ['status-update', ['cls', '--heartbeat'], [], {}],
    ['status-update', ['cls', 'busy', '', 'T-1'], [], {}],
  ])('%s %j: %j', (name, args, parts, more) => {
    const loaded = loadedBy(name, { args, ...more });
    expect(loaded.parts).toEqual([name, ...parts]);
    // A batch reads standard input as a stream; a hook makes the socket that it is here wait for nobody.
    const isBatch = parts.includes('late/write-batch');
    if (!isBatch)
      expect(loaded.modules.filter(module => module !== 'Internal Binding pipe_wrap')).toEqual([]);
  });
});

test.each([
  ['bin/cls-hook.cjs', 1.8],
  ['lib/ledger-write.js', 52],
  ['lib/ledger-claim.js', 80],
  ['lib/cls-hook.js', 27],
  ['lib/late/tell-ledger.js', 60],
  ['lib/late/search.js', 37],
])('%s has at most %d KiB: put into a part of its own what only some calls need', (path, most) => {
  expect(statSync(join(CHECKOUT, 'dist', path)).size / 1024).toBeLessThan(most);
});
