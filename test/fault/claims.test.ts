/** Claims by real processes: races, kills at each sync, a process that stood still for longer than its term. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { applyOp, type ClaimOp, type TaskClaim, UNCLAIMED } from '../../tools/lib/claims/fold.js';
import { readHistory } from '../../tools/lib/claims/log.js';
import { readLeases } from '../../tools/lib/claims/store.js';
import { locate, type Place } from '../../tools/lib/root/workspace.js';
import { type Ended, hasProgram, start } from '../support/executable.js';
import { makeRepository } from '../support/git.js';
import { rounds, seededRandom } from '../support/rounds.js';
import { temporaryDirectory } from '../support/workspace.js';

function temporaryRepository(): { cwd: string; place: Place } {
  const cwd = makeRepository(`${temporaryDirectory()}/repo`);
  return { cwd, place: locate({ cwd, environment: {} }) };
}

function failOnMessage(message: string): never {
  throw new Error(message);
}

/** The log must be whole and numbered; its fold must be what readers see; epochs must only grow. */
function checkedHistory(place: Place): ClaimOp[] {
  const ops = [...readHistory(place, failOnMessage)];
  expect(ops.map(({ seq }) => seq)).toEqual(ops.map((_, index) => index + 1));
  const claims = new Map<string, TaskClaim>();
  for (const op of ops) {
    const before = claims.get(op.task_id) ?? UNCLAIMED;
    if (op.op === 'acquire') {
      expect(before.lease, `two holders of ${op.task_id}`).toBeUndefined();
      expect(op.epoch).toBeGreaterThan(before.epoch);
    }
    claims.set(op.task_id, applyOp(before, op));
  }
  const held = [...claims.values()].flatMap(({ lease }) => (lease ? [lease] : []));
  const seen = [...readLeases(place, failOnMessage).values()];
  const byTask = (a: { task_id: string }, b: { task_id: string }): number => (a.task_id < b.task_id ? -1 : 1);
  expect(seen.sort(byTask)).toEqual(held.sort(byTask));
  return ops;
}

test('64 processes race for one task: one wins, the others name the winner', async () => {
  const { cwd, place } = temporaryRepository();
  for (let round = 0; round < rounds(2, 100); round++) {
    const task = `T-${round}`;
    const racers = Array.from({ length: 64 }, (_, number) =>
      start('ledger-claim', [task, '--agent-id', `agent${number}`, '--json'], { cwd }),
    );
    const ended = await Promise.all(racers.map(racer => racer.ended));
    const winners = ended.filter(({ status }) => status === 0).map(({ output }) => JSON.parse(output));
    expect(winners).toHaveLength(1);
    for (const { status, output } of ended) {
      if (status === 0) continue;
      expect(status).toBe(1);
      expect(JSON.parse(output)).toMatchObject({ refused: 'held', holder: { agent: winners[0].agent } });
    }
  }
  checkedHistory(place);
});

test('processes racing for tasks of their own all get them', async () => {
  const { cwd, place } = temporaryRepository();
  const racers = Array.from({ length: 64 }, (_, number) =>
    start('ledger-claim', [`T-${number}`, '--agent-id', 'cls', '--quiet'], { cwd }),
  );
  const ended = await Promise.all(racers.map(racer => racer.ended));
  expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0));
  expect(checkedHistory(place)).toHaveLength(64);
});

const isTraceable = hasProgram('strace', '-V');

test.skipIf(!isTraceable)('random histories of processes that are killed at a sync', async () => {
  const random = seededRandom(7);
  const pick = <T>(items: readonly T[]): T => items[Math.trunc(random() * items.length)]!;
  for (let history = 0; history < rounds(6, 300); history++) {
    const { cwd, place } = temporaryRepository();
    let acknowledged = 0;
    for (let step = 0; step < 6; step++) {
      const verb = pick(['acquire', 'acquire', 'renew', 'release', 'complete']);
      const argv = [verb, pick(['T-1', 'T-2']), '--agent-id', pick(['cls', 'andy']), '--json'];
      const reopen = verb === 'acquire' ? ['--reopen', '--ttl', '1s'] : [];
      const at = Math.trunc(random() * 5);
      const kill = ['strace', '-f', '-o', '/dev/null', '-e', `inject=fsync:signal=KILL:when=${at}`];
      const ended = await start('ledger-claim', [...argv, ...reopen], {
        cwd,
        ...(at > 0 && { wrapper: kill }),
      }).ended;
      const ops = checkedHistory(place);
      if (ended.status === 0) acknowledged = expectAcknowledged(ended, ops, acknowledged);
      expect(ops.length).toBeGreaterThanOrEqual(acknowledged);
    }
  }
});

/** @returns how many ops are known to be on disk for good */
function expectAcknowledged({ output }: Ended, ops: ClaimOp[], before: number): number {
  const { lease_id } = JSON.parse(output);
  expect(ops.slice(before).some(op => op.lease_id === lease_id)).toBe(true);
  return ops.length;
}

test('a process that stood still for longer than its term can do nothing when it goes on', async () => {
  const { cwd, place } = temporaryRepository();
  const script = ': >started; sleep 1; ledger-claim check T-1 --quiet';
  const run = start(
    'ledger-claim',
    ['run', 'T-1', '--ttl', '1s', '--agent-id', 'cls', '--', 'sh', '-c', script],
    { cwd },
  );
  // Not earlier: it could be stopped while it holds the lock on the claims.
  while (!existsSync(join(cwd, 'started'))) await pause(20);
  run.child.kill('SIGSTOP');
  const successor = await start('ledger-claim', ['T-1', '--agent-id', 'andy', '--wait', '30s', '--json'], {
    cwd,
  }).ended;
  expect(JSON.parse(successor.output)).toMatchObject({ agent: 'andy', epoch: 2 });
  run.child.kill('SIGCONT');
  const late = await run.ended;
  expect(late.status).toBe(1);
  expect(late.messages).toMatch(/is not yours: it is held by andy/);
  for (const verb of ['renew', 'heartbeat', 'release', 'complete', 'check']) {
    const { status } = await start('ledger-claim', [verb, 'T-1', '--agent-id', 'cls', '--epoch', '1'], {
      cwd,
    }).ended;
    expect(status).toBe(1);
  }
  expect(checkedHistory(place).map(({ op, agent }) => `${op} ${agent}`)).toEqual([
    ...['acquire cls', 'auto-evict cls', 'acquire andy'],
  ]);
});
