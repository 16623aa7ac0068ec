/** Machines that race for tasks over a real git server: scenarios 1 and 2 of the ledger branch. */
import { expect, test } from 'vitest';
import type { Ended } from '../support/executable.js';
import { claimsOnBranch, type FleetMachine, makeFleet } from '../support/fleet.js';
import { startGitServer, urlAt } from '../support/git-server.js';
import { rounds } from '../support/rounds.js';

const answerOf = ({ output }: Ended) => JSON.parse(output);

test('eight machines race for one task: one wins, seven name the winner; for tasks of their own, all win', async () => {
  const server = await startGitServer();
  const machines = await makeFleet(8, urlAt(server.port));
  for (let round = 0; round < rounds(1, 50); round++) {
    const task = `T-${round}`;
    const ended = await Promise.all(machines.map(machine => machine.claim([task, '--json']).ended));
    const winners = ended.filter(({ status }) => status === 0);
    expect(winners, ended.map(({ messages }) => messages).join('')).toHaveLength(1);
    const { lease_id, writer } = answerOf(winners[0]!);
    expect(claimsOnBranch(server.repository).get(task)).toMatchObject({ epoch: 1, lease: { lease_id } });
    for (const loser of ended.filter(({ status }) => status !== 0)) {
      expect(loser.status).toBe(1);
      expect(answerOf(loser)).toMatchObject({ refused: 'held', holder: { writer, lease_id } });
    }
  }
  const own = await Promise.all(
    machines.flatMap((machine, number) =>
      [0, 1, 2].map(task => machine.claim([`own-${number}-${task}`, '--json']).ended),
    ),
  );
  expect(own.map(({ status, messages }) => `${status} ${messages}`)).toEqual(own.map(() => '0 '));
  const claims = claimsOnBranch(server.repository);
  for (const { task_id, lease_id } of own.map(answerOf))
    expect(claims.get(task_id)?.lease?.lease_id).toBe(lease_id);
});

async function offlineClaim(machine: FleetMachine, task: string) {
  const claimed = await machine.claim([task, '--json']).ended;
  expect(claimed.status, claimed.messages).toBe(0);
  expect(answerOf(claimed)).toMatchObject({ task_id: task, provisional: true });
  return answerOf(claimed);
}

test('a claim made without the server survives, and is kept, or lost to who was faster', async () => {
  const server = await startGitServer();
  const [a, b] = (await makeFleet(2, urlAt(server.port))) as [FleetMachine, FleetMachine];
  for (let round = 0; round < rounds(1, 20); round++) {
    await server.stop();
    const kept = await offlineClaim(a, `kept-${round}`);
    // Killed while it waits for the network: what was granted before is there all the same.
    const killed = a.claim([`never-${round}`]);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const lost = await offlineClaim(a, `lost-${round}`);
    await server.start();
    const winner = await b.claim([`lost-${round}`, '--json', '--agent-id', 'andy']).ended;
    expect(winner.status).toBe(0);
    const reconciled = await a.run('ledger-sync', ['--reconcile']);
    expect(reconciled.status, reconciled.messages).toBe(1);
    expect(reconciled.messages).toMatch(new RegExp(`lost-${round} `));
    const claims = claimsOnBranch(server.repository);
    expect(claims.get(kept.task_id)?.lease?.lease_id).toBe(kept.lease_id);
    expect(claims.get(lost.task_id)?.lease?.lease_id).toBe(answerOf(winner).lease_id);
    const check = (task: string) => a.claim(['check', task, '--epoch', '1', '--json']).ended;
    expect(answerOf(await check(kept.task_id)).provisional).toBeUndefined();
    expect(answerOf(await check(lost.task_id))).toMatchObject({ refused: 'lost', holder: { agent: 'andy' } });
    expect((await a.run('ledger-claim', ['history', lost.task_id])).output).toMatch(/lost/);
    expect((await a.run('ledger-query', ['--agent', 'cls', '--json'])).output).toMatch(
      /lost lost-\d+ \(epoch 1\) to andy/,
    );
    const again = await a.run('ledger-sync', ['--reconcile']);
    expect(again.status).toBe(0);
  }
});
