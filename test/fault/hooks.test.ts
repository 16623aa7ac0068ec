/** Hooks by real processes: killed, at once, in odd places, with odd input. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { locate } from '../../tools/lib/root/workspace.js';
import { wholeDay } from '../support/chain.js';
import { payload } from '../support/deliver.js';
import { type Ended, start } from '../support/executable.js';
import { git, makeRepository } from '../support/git.js';
import { rounds, seededRandom } from '../support/rounds.js';
import { temporaryDirectory } from '../support/workspace.js';

interface Place {
  root: string;
  control: string;
  environment: Record<string, string>;
}

function hookRoot(): Place {
  const directory = temporaryDirectory();
  const root = makeRepository(join(directory, 'root'));
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  const environment = { PATH: process.env.PATH!, HOME: join(directory, 'home'), TZ: 'UTC' };
  mkdirSync(environment.HOME);
  return { root, environment, control: locate({ cwd: root, environment }).control };
}

/** The events of an agent, of which everything is right. */
function eventsOf({ root }: Place, agent: string): ReturnType<typeof wholeDay> {
  const directory = join(root, 'g/ledger', agent);
  return readdirSync(directory).flatMap(name =>
    name.endsWith('.jsonl') ? wholeDay(join(directory, name)) : [],
  );
}

function hook({ root, environment }: Place, input: string, cwd = root): Promise<Ended> {
  return start('cls-hook', [], { cwd, environment, input }).ended;
}

const SILENT = { status: 0, signal: null, output: '', messages: '' };
const claude = (name: string, changes = {}): string => payload(`claude-${name}.json`, changes);

test('while another process holds the files, nothing waits and nothing is lost', async () => {
  const place = hookRoot();
  await hook(place, claude('SessionStart'));
  const lock = join(place.control, 'locks/cls.lock');
  const holder = spawn(process.execPath, ['--import', 'tsx', 'test/support/hold-lock.ts', lock], {
    stdio: 'pipe',
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await new Promise(resolve => holder.stdout!.once('data', resolve));
  for (const name of ['UserPromptSubmit', 'PostToolUse-Write', 'Stop']) {
    const same = { session_id: '47566f45-ced6-40a6-8941-cf985a3bacba', prompt_id: 'p' };
    expect(await hook(place, claude(name, same))).toEqual(SILENT);
  }
  expect(readdirSync(join(place.control, 'spool/cls'))).toHaveLength(3);
  expect(eventsOf(place, 'cls')).toHaveLength(1);
  holder.kill('SIGKILL');
  await new Promise(resolve => holder.once('close', resolve));
  expect(await hook(place, claude('SessionEnd'))).toEqual(SILENT);
  const events = eventsOf(place, 'cls');
  expect(events.map(({ event }) => event)).toEqual(['info', 'task_start', 'task_result', 'info']);
  expect(events[2]!.data.files_touched).toEqual(['new.txt']);
  expect(readdirSync(join(place.control, 'spool/cls'))).toEqual([]);
});

test('clients at once in one root, and hooks of one client at once', async () => {
  const place = hookRoot();
  const sessions = Array.from({ length: 4 }, (_, index) => `session-${index}`);
  const all = async (name: string, changes = {}): Promise<void> => {
    const calls = sessions.map(session_id => hook(place, claude(name, { session_id, ...changes })));
    for (const ended of await Promise.all(calls)) expect(ended).toEqual(SILENT);
  };
  await all('SessionStart');
  await all('UserPromptSubmit');
  const writes = sessions.flatMap(session_id =>
    ['a', 'b', 'c'].map(name => {
      const tool_input = { file_path: `/home/dev/app/${name}` };
      return hook(place, claude('PostToolUse-Write', { session_id, prompt_id: undefined, tool_input }));
    }),
  );
  await Promise.all(writes);
  await all('Stop');
  await all('SessionEnd');
  const events = eventsOf(place, 'cls');
  const outcomes = events.filter(({ event }) => event === 'task_result');
  expect(outcomes).toHaveLength(4);
  for (const { data } of outcomes)
    expect([...(data.files_touched as string[])].sort()).toEqual(['a', 'b', 'c']);
  expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(4);
  expect(JSON.parse(readFileSync(join(place.root, 'agents/cls/status.json'), 'utf8')).state).toBe('offline');
});

test('a hook killed at any moment leaves nothing half done', async () => {
  const place = hookRoot();
  const random = seededRandom(3);
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds(40, 400); round++) {
    const input = claude('Stop', { session_id: `s-${round}`, prompt_id: 'p' });
    const { child, ended } = start('cls-hook', [], {
      cwd: place.root,
      environment: place.environment,
      input,
    });
    await pause(20 + random() * 40);
    child.kill((['SIGKILL', 'SIGTERM', 'SIGINT'] as const)[round % 3]!);
    if ((await ended).status === 0) acknowledged.push(`s-${round}`);
  }
  await hook(place, claude('SessionEnd'));
  const told = new Set(eventsOf(place, 'cls').map(({ data }) => data.client_session));
  for (const session of acknowledged) expect(told).toContain(session);
});

test('in a linked worktree events go to the main one, files are named as there; git gc does not disturb', async () => {
  const place = hookRoot();
  const linked = join(place.root, '..', 'linked');
  git(place.root, 'worktree', 'add', '--quiet', linked);
  const gc = start('cls-hook', ['run', '--', 'git', 'gc', '--quiet'], {
    ...{ cwd: place.root, environment: place.environment },
  });
  const tool_input = { file_path: join(realpathSync(linked), 'src/a.ts') };
  const calls = [
    hook(place, claude('PostToolUse-Write', { tool_input, cwd: linked }), linked),
    hook(place, claude('Stop'), linked),
  ];
  for (const ended of [...(await Promise.all(calls)), await gc.ended]) expect(ended).toEqual(SILENT);
  await hook(
    place,
    claude('Stop', { session_id: '3980aab6-f71b-4c13-a50e-8e6439de2535', prompt_id: undefined }),
  );
  const events = eventsOf(place, 'cls');
  expect(events.map(({ worktree }) => worktree)).toContain('linked');
  expect(events.at(-1)!.data.files_touched).toEqual(['src/a.ts']);
});

test('without a root, without HOME, with a disk that refuses: 0, and nothing on standard output', async () => {
  const place = hookRoot();
  expect(await hook(place, claude('Stop'), '/')).toEqual(SILENT);
  const { HOME: _, ...environment } = place.environment;
  expect(await hook({ ...place, environment }, claude('Stop'))).toEqual(SILENT);
  rmSync(join(place.root, 'g/ledger/cls'), { recursive: true });
  writeFileSync(join(place.root, 'g/ledger/cls'), 'a file in the way');
  const refused = await hook(place, claude('Stop', { prompt_id: 'other' }));
  expect(refused).toMatchObject({
    status: 0,
    output: '',
    messages: expect.stringMatching(/^cls-hook: [^\n]+\n$/),
  });
});

test('input of 1 MB, cut input, and input that never ends', async () => {
  const place = hookRoot();
  const big = claude('UserPromptSubmit', { prompt: 'word '.repeat(200_000) });
  expect(await hook(place, big)).toEqual(SILENT);
  expect(await hook(place, big.slice(0, 500_000))).toEqual(SILENT);
  const options = { cwd: place.root, environment: place.environment };
  for (const open of [claude('Stop'), '', '{"session_id":"x", "hook_event']) {
    const { child, ended } = start('cls-hook', [], { ...options, input: { open } });
    expect(await ended).toEqual(SILENT);
    child.stdin!.destroy();
  }
  const fifo = 'node "$0" < <(printf %s "$1"; sleep 3)';
  const hookPath = join(import.meta.dirname, '../../dist/bin/cls-hook.cjs');
  execFileSync('bash', ['-c', fifo, hookPath, claude('SessionEnd')], { ...options, env: place.environment });
  const events = eventsOf(place, 'cls');
  expect(events.map(({ event }) => event)).toEqual(['task_start', 'info', 'task_result', 'info']);
  expect(events[1]!.data).toMatchObject({ client_event: 'UserPromptSubmit', torn_after_bytes: 500_000 });
  expect(statSync(join(place.root, 'g/ledger/cls')).mode & 0o777).toBe(0o700);
});
