/**
 * Agents that work one plan off together, some of them killed at any moment: every task is completed, none twice, no
 * one begins before what it depends on is done, and nothing is left behind.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readHistory } from '../../tools/lib/claims/log.js';
import { readLeases } from '../../tools/lib/claims/store.js';
import { locate, type Place } from '../../tools/lib/root/workspace.js';
import { type Started, start } from '../support/executable.js';
import { git, makeRepository } from '../support/git.js';
import { rounds, seededRandom } from '../support/rounds.js';
import { planText } from '../support/workplans.js';
import { temporaryDirectory } from '../support/workspace.js';

const AGENTS = ['cls', 'andy', 'hybrid'];
const TASKS = 12;
const TTL = '1s';

interface Plant {
  cwd: string;
  place: Place;
  random(): number;
}

/** Each task depends on up to two earlier ones. */
function plant(salt: number): Plant & { waits: Map<string, string[]> } {
  const random = seededRandom(salt);
  const cwd = makeRepository(`${temporaryDirectory()}/repo`);
  git(cwd, 'config', 'user.name', 'Me');
  git(cwd, 'config', 'user.email', 'me@example.org');
  const waits = new Map<string, string[]>();
  for (let number = 0; number < TASKS; number++) {
    const earlier = [...waits.keys()].filter(() => random() < 2 / TASKS);
    waits.set(`T-${number}`, earlier);
  }
  mkdirSync(join(cwd, 'g/ledger'), { recursive: true });
  writeFileSync(join(cwd, '.git/info/exclude'), '/g/\n/agents/\n/log\n');
  const tasks = [...waits].map(([id, before]) => ({ id, more: [`depends_on: [${before.join(', ')}]`] }));
  writeFileSync(join(cwd, 'plan.md'), planText(tasks));
  git(cwd, 'add', 'plan.md');
  git(cwd, 'commit', '--quiet', '--message=plan');
  return { cwd, place: locate({ cwd, environment: {} }), random, waits };
}

/** One write a line, so that lines of several do not mix. */
const SCRIPT = 'echo "$LEDGER_TASK_ID $LEDGER_EPOCH" >>log; sleep 0.1';

function startAgent({ cwd }: Plant, agent: string): Started {
  const argv = ['--agent', agent, '--ttl', TTL, '--poll', '100ms', '--', 'sh', '-c', SCRIPT];
  return start('ledger-work', argv, { cwd });
}

const isAllDone = ({ cwd }: Plant): boolean =>
  (readFileSync(join(cwd, 'plan.md'), 'utf8').match(/^status: done$/gm) ?? []).length === TASKS;

/** Keeps the agents at work, and kills one now and then, until all is done and written back. */
async function workWithKills(plant: Plant, kills: number): Promise<string> {
  const workers = new Map(AGENTS.map(agent => [agent, startAgent(plant, agent)]));
  let messages = '';
  for (let round = 0; round < 600 && !isAllDone(plant); round++) {
    await pause(50 + plant.random() * 100);
    if (kills === 0) continue;
    kills--;
    const agent = AGENTS[Math.trunc(plant.random() * AGENTS.length)]!;
    const worker = workers.get(agent)!;
    worker.child.kill('SIGKILL');
    messages += (await worker.ended).messages;
    workers.set(agent, startAgent(plant, agent));
  }
  for (const { child } of workers.values()) child.kill('SIGTERM');
  for (const { ended } of workers.values()) {
    const { status, signal, messages: told } = await ended;
    messages += told;
    // One that has just been started again may end before it knows of signals.
    if (signal !== 'SIGTERM') expect(status, told).toBe(0);
  }
  return messages;
}

function expectOneCompletionEach({ place, waits }: Plant & { waits: Map<string, string[]> }): void {
  const completed: string[] = [];
  for (const op of readHistory(place, fail)) {
    if (op.op === 'complete') completed.push(op.task_id);
    if (op.op !== 'acquire') continue;
    for (const id of waits.get(op.task_id)!)
      expect(completed, `${op.task_id} began before ${id}`).toContain(id);
  }
  expect(completed.sort()).toEqual([...waits.keys()].sort());
  expect([...readLeases(place, fail).keys()], 'leases left behind').toEqual([]);
}

function fail(message: string): never {
  throw new Error(message);
}

test('agents that race: each task runs once', async () => {
  const place = plant(1);
  const messages = await workWithKills(place, 0);
  expectOneCompletionEach(place);
  const ran = readFileSync(join(place.cwd, 'log'), 'utf8').trim().split('\n');
  expect(ran.length, messages).toBe(TASKS);
  expect(git(place.cwd, 'status', '--porcelain')).toBe('');
});

test('agents that are killed at any moment: no task is completed twice, and none is lost', async () => {
  for (let round = 0; round < rounds(1, 60); round++) {
    const place = plant(100 + round);
    const messages = await workWithKills(place, 8);
    expect(isAllDone(place), messages).toBe(true);
    expectOneCompletionEach(place);
    expect(existsSync(join(place.place.control, 'writeback.json'))).toBe(false);
    const check = await start('ledger-check', [], { cwd: place.cwd }).ended;
    expect(check).toMatchObject({ status: 0, output: '' });
    const validated = await start('ledger-validate', ['--chain', '--strict'], { cwd: place.cwd }).ended;
    expect(validated, validated.output).toMatchObject({ status: 0 });
  }
});
