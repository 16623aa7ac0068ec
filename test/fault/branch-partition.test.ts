/** The connection breaks during a push: scenario 6 of the ledger branch. Never two holders, never a "no" to who holds. */
import { expect, test } from 'vitest';
import type { Ended } from '../support/executable.js';
import { claimsOnBranch, type FleetMachine, makeFleet } from '../support/fleet.js';
import { git } from '../support/git.js';
import { startGitServer, urlAt } from '../support/git-server.js';
import { isSoak, rounds } from '../support/rounds.js';
import { MISHAPS, startProxy } from '../support/tcp-proxy.js';

const FAIL = { LEDGER_SYNC_OFFLINE_MODE: 'fail', LEDGER_SYNC_NETWORK_TIMEOUT_S: '5' };
/** Each of these takes the time limit of the network, which cannot be set lower than five seconds. */
const SLOW = new Set(['stall']);

async function world() {
  const server = await startGitServer();
  const [a, b] = (await makeFleet(2, urlAt(server.port))) as [FleetMachine, FleetMachine];
  const proxy = await startProxy(server.port);
  git(a.top, 'remote', 'set-url', 'origin', urlAt(proxy.port));
  return { server, proxy, a, b };
}

const leaseOf = ({ status, output }: Ended): string | undefined =>
  status === 0 ? JSON.parse(output).lease_id : undefined;

for (const mishap of MISHAPS.filter(name => isSoak || !SLOW.has(name))) {
  test(`a push that is cut off (${mishap}) against a rival`, async () => {
    const { server, proxy, a, b } = await world();
    for (let round = 0; round < rounds(2, 25); round++) {
      const task = `T-${round}`;
      proxy.next = mishap;
      const [ours, theirs] = await Promise.all([
        a.claim([task, '--json'], FAIL).ended,
        ...(round % 2 === 0 ? [] : [b.claim([task, '--json'], FAIL).ended]),
      ]);
      const shown = claimsOnBranch(server.repository).get(task)?.lease?.lease_id;
      const holders = [ours!, theirs].flatMap(ended => (ended && leaseOf(ended)) ?? []);
      expect(holders, `${ours!.messages}${theirs?.messages ?? ''}`).toEqual([shown]);
      // Whoever was told no, or nothing, has no lease in its log.
      for (const [machine, ended] of [[a, ours!] as const, [b, theirs] as const]) {
        const list = await machine.run('ledger-claim', ['check', task, '--agent-id', 'cls', '--quiet']);
        expect(list.status === 0, ended?.messages).toBe(ended !== undefined && leaseOf(ended) === shown);
      }
    }
  });
}

test('a remote that is gone after the push was sent: nobody knows, and the next call settles it', async () => {
  const { server, proxy, a, b } = await world();
  proxy.next = 'answer';
  git(server.repository, 'config', 'receive.fsckObjects', 'true');
  const claimed = a.claim(['T-1', '--json'], FAIL);
  // The report is swallowed; the look that follows finds nobody.
  while (claimsOnBranch(server.repository).size === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await server.stop();
  const ended = await claimed.ended;
  if (ended.status !== 0) {
    expect(ended.status).toBe(75);
    expect(ended.messages + ended.output).toMatch(/not known yet|offline/);
  }
  await server.start();
  const again = await a.claim(['T-1', '--json']).ended;
  expect(again.status, again.messages).toBe(0);
  const { lease_id, epoch } = JSON.parse(again.output);
  expect(epoch).toBe(1);
  expect(claimsOnBranch(server.repository).get('T-1')?.lease?.lease_id).toBe(lease_id);
  expect((await b.claim(['T-1', '--json']).ended).status).toBe(1);
});
