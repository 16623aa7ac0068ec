/** Machines whose clocks differ by hours, and worktrees that break: scenarios 3 and 4 of the ledger branch. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Ended, start } from '../support/executable.js';
import { claimsOnBranch, type FleetMachine, makeFleet } from '../support/fleet.js';
import { git } from '../support/git.js';
import { startGitServer, urlAt } from '../support/git-server.js';
import { rounds } from '../support/rounds.js';

const SKEWED = fileURLToPath(new URL('../support/skewed-clock.cjs', import.meta.url));
const HOUR_MS = 3_600_000;
const TTL_S = 3;

const skewed = (hours: number): Record<string, string> => ({
  NODE_OPTIONS: `--require=${SKEWED}`,
  SKEW_MS: String(hours * HOUR_MS),
});

async function two() {
  const server = await startGitServer();
  const [a, b] = (await makeFleet(2, urlAt(server.port))) as [FleetMachine, FleetMachine];
  return { server, a, b };
}

const answerOf = ({ output }: Ended) => JSON.parse(output);

test('a lease is released after its time and only then, whatever the clocks on the walls say', async () => {
  const { a, b } = await two();
  for (let round = 0; round < rounds(1, 20); round++) {
    const [ahead, behind] = round % 2 === 0 ? [skewed(2), skewed(-2)] : [skewed(-2), skewed(2)];
    const task = `T-${round}`;
    expect((await a.claim([task, '--ttl', `${TTL_S}s`], ahead).ended).status).toBe(0);
    const seenFromMs = performance.now();
    const refused = await b.claim([task, '--json'], behind).ended;
    expect(answerOf(refused)).toMatchObject({ refused: 'held', retry_after_s: TTL_S });
    const taken = await b.claim([task, '--json', '--wait', '30s'], behind).ended;
    expect(taken.status, taken.messages).toBe(0);
    expect(performance.now() - seenFromMs).toBeGreaterThan(TTL_S * 1000);
    expect(answerOf(taken)).toMatchObject({ epoch: 2 });
    for (const verb of ['renew', 'heartbeat', 'release', 'complete', 'check']) {
      const late = await a.claim([verb, task, '--epoch', '1', '--json'], ahead).ended;
      expect(late.status, verb).toBe(1);
      expect(answerOf(late), verb).toMatchObject({ refused: 'lost', holder: answerOf(taken) });
    }
    expect((await a.claim(['history', task]).ended).output).toMatch(/ lost /);
  }
});

test('worktrees are deleted, moved and damaged, and a lock is left: claims go on, dead ones are released', async () => {
  const { server, a, b } = await two();
  const worktree = (name: string): string => join(a.top, `../wt-${name}`);
  for (const name of ['deleted', 'moved', 'damaged']) {
    git(a.top, 'worktree', 'add', '--quiet', worktree(name));
    const argv = [`T-${name}`, '--agent-id', 'cls', '--quiet'];
    const { status, messages } = await start('ledger-claim', argv, { cwd: worktree(name) }).ended;
    expect(`${status} ${messages}`).toBe('0 ');
  }
  rmSync(worktree('deleted'), { recursive: true });
  renameSync(worktree('moved'), `${worktree('moved')}-away`);
  writeFileSync(join(worktree('damaged'), '.git'), 'gitdir: /nowhere\n');
  writeFileSync(join(a.top, '.git/index.lock'), '');
  expect((await a.claim(['T-main', '--quiet']).ended).status).toBe(0);
  const stale = (await a.claim(['stale']).ended).output;
  expect(stale).toMatch(/T-deleted/);
  expect(stale).toMatch(/T-moved/);
  const held = await b.claim(['T-deleted', '--json']).ended;
  expect(answerOf(held)).toMatchObject({ refused: 'held', holder: { worktree: 'wt-deleted' } });
  expect((await a.run('ledger-sync', [])).status).toBe(0);
  expect(git(server.repository, 'log', '-1', '--format=%B', 'ledger')).toMatch(
    /T-deleted is taken from cls of .*: its worktree wt-deleted is gone/,
  );
  const free = await b.claim(['T-deleted', '--json']).ended;
  expect(answerOf(free)).toMatchObject({ epoch: 2 });
  expect(claimsOnBranch(server.repository).get('T-main')?.lease).not.toBeNull();
});
