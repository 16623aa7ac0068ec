/**
 * SIGKILL at the system calls of a writeback, one after the other. The workplan is whole, old or new; the commit is
 * there or not; what the person staged stays staged; and the next run ends where an undisturbed one would have.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git } from '../support/git.js';
import { rounds } from '../support/rounds.js';
import { planText } from '../support/workplans.js';
import { faultPlace, type Place } from './place.js';
import { callsOf, canTrace, chosen, runWith, type SystemCall } from './strace.js';

/** One for each kill. */
const TASKS = rounds(40, 3000);
const PLAN = 'plans/a.md';

interface Repository {
  place: Place;
  remote: string;
  /** Ids of tasks that are still to do. */
  left: string[];
}

function driftingRepository(): Repository {
  const place = faultPlace();
  const { root, base } = place;
  const remote = join(base, 'remote.git');
  git('/', 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  git('/', 'init', '--quiet', '--initial-branch=main', root);
  for (const [key, value] of [
    ['user.name', 'Me'],
    ['user.email', 'me@example.org'],
  ] as const)
    git(root, 'config', key, value);
  const left = Array.from({ length: TASKS }, (_, number) => `T-${number}`);
  writeFileSync(join(root, '.git/info/exclude'), '/g/\n/agents/\n');
  place.run('ledger-write', ['cls', 'info', 'system', 'test', 'first']);
  mkdirSync(join(root, 'plans'));
  writeFileSync(join(root, PLAN), planText(left.map(id => ({ id }))));
  writeFileSync(join(root, 'staged.txt'), 'old\n');
  git(root, 'add', PLAN, 'staged.txt');
  git(root, 'commit', '--quiet', '--message=plan');
  git(root, 'remote', 'add', 'origin', remote);
  git(root, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  writeFileSync(join(root, 'staged.txt'), 'staged\n');
  git(root, 'add', 'staged.txt');
  return { place, remote, left };
}

/** The ledger learns that the next task is done. @returns its id */
function drift({ place, left }: Repository): string {
  const id = left.shift()!;
  expect(place.run('ledger-write', ['cls', 'task_result', id, 'test', 'done']).status).toBe(0);
  return id;
}

const planOf = ({ place }: Repository): string => readFileSync(join(place.root, PLAN), 'utf8');
const commits = ({ place }: Repository): number => Number(git(place.root, 'rev-list', '--count', 'HEAD'));

/** @returns whether it was killed */
function killAndRetry(repository: Repository, call: SystemCall): boolean {
  const { place, remote } = repository;
  const id = drift(repository);
  const before = { text: planOf(repository), commits: commits(repository) };
  const after = before.text.replace(`id: ${id}\nstatus: todo`, `id: ${id}\nstatus: done`);
  const name = `${call.name}-${call.ordinal}`;
  const killed = runWith(place, [{ call, fate: 'signal=KILL' }], ['ledger-check', '--fix']);
  expect([null, 0], `${name}: ${killed.messages}`).toContain(killed.status);
  expect([before.text, after], name).toContain(planOf(repository));
  expect([before.commits, before.commits + 1], name).toContain(commits(repository));
  const { status, messages } = place.run('ledger-check', ['--fix']);
  expect(status, `after ${name}: ${messages}`).toBe(0);
  expect(planOf(repository), name).toBe(after);
  expect(commits(repository), name).toBe(before.commits + 1);
  expect(git(place.root, 'show', '--format=', '--name-only', 'HEAD'), name).toBe(PLAN);
  expect(git(place.root, 'status', '--porcelain'), name).toBe('M  staged.txt');
  expect(git(remote, 'rev-parse', 'main'), name).toBe(git(place.root, 'rev-parse', 'HEAD'));
  expect(existsSync(join(place.root, '.git/agent-ledger/writeback.json')), name).toBe(false);
  return killed.status === null;
}

describe.skipIf(!canTrace)('killed (needs strace)', () => {
  test('in a writeback', () => {
    const repository = driftingRepository();
    drift(repository);
    const victims = chosen(callsOf(repository.place, 'ledger-check', ['--fix']), [7, 1]);
    const killed = victims.filter(call => killAndRetry(repository, call));
    // What happens before the first call of ours may vary a little from run to run, and with it the ordinals.
    expect(killed.length).toBeGreaterThan(victims.length * 0.7);
  });
});
