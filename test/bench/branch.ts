/** What a claim on the ledger branch costs, beside the push that it needs. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../tools/lib/clock.js';
import { parseConfig } from '../../tools/lib/record/config.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { locate, openWorkspace } from '../../tools/lib/root/workspace.js';
import { askBranch } from '../../tools/lib/sync/claims/branch.late.js';
import { type Machine, machine, preparedCommits, seed } from './branch-scratch.js';
import { durationOf, median, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const TURNS = 25;

function claimTime({ ours }: Scratch, { root, env }: Machine, taskId: string): number {
  return durationOf(() =>
    runProgram(ours('ledger-claim', taskId, '--agent-id', 'cls', '--quiet'), { cwd: root, env }),
  );
}

/** Bare pushes, one on another, to a branch that nobody else uses. @returns how long the one of a turn takes, ns */
function barePushes(here: Machine): (turn: number) => number {
  const commits = preparedCommits(here, TURNS + 3);
  return turn => {
    const [before, commit] = [commits[turn + 1] ?? '', commits[turn + 2]!];
    const lease = `--force-with-lease=refs/heads/bare:${turn === -2 ? '' : before}`;
    const args = ['git', '-C', here.root, 'push', '--quiet', lease, 'origin', `${commit}:refs/heads/bare`];
    return durationOf(() => runProgram(args, { cwd: here.root, env: here.env }));
  };
}

async function oneClaim(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const here = machine(scratch, 'remote', 'a');
    const push = barePushes(here);
    const ratios: number[] = [];
    for (let turn = -2; turn < TURNS; turn++) {
      const base = push(turn);
      const ours = claimTime(scratch, here, `T-${turn}`);
      if (turn >= 0) ratios.push(ours / base);
    }
    return { ratio: median(ratios), note: 'a remote on the same disk; with the start of Node' };
  });
}

/** In a process that is there already, as ledgerd serves it: what the protocol costs beyond its push. */
async function warmClaim(): Promise<{ ratio: number; note: string }> {
  return withScratch(async scratch => {
    const here = machine(scratch, 'remote', 'a');
    const push = barePushes(here);
    const warn = (message: string): never => {
      throw new Error(message);
    };
    const { sync, claims: limits } = parseConfig(undefined, {}, warn);
    const place = locate({ cwd: here.root, environment: {} });
    const workspace = openWorkspace(place, { clock: systemClock, lockTimeoutMs: 5000 });
    const owner = { agent: 'cls', writer: workspace.writer, worktree: place.worktree };
    const options = { limits, sync, warn, sessionIdleMs: 3_600_000, environment: here.env };
    const ratios: number[] = [];
    for (let turn = -2; turn < TURNS; turn++) {
      const base = push(turn);
      const start = process.hrtime.bigint();
      const request = { kind: 'acquire', lease_id: uuidV7(Date.now()), ttl_s: 600, reason: null } as const;
      await askBranch(workspace, { taskId: `T-${turn}`, owner }, { ...request, reopens: false }, options);
      if (turn >= 0) ratios.push(Number(process.hrtime.bigint() - start) / base);
    }
    return { ratio: median(ratios), note: 'a remote on the same disk; in a process that is there already' };
  });
}

async function manyClaims(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const few = machine(scratch, 'few', 'a');
    machine(scratch, 'many', 'seeder');
    seed(scratch, 'many', { held: 10_000, finished: 100_000 });
    const many = machine(scratch, 'many', 'b');
    const ratios: number[] = [];
    for (let turn = -2; turn < TURNS; turn++) {
      const base = claimTime(scratch, few, `T-${turn}`);
      const ours = claimTime(scratch, many, `T-${turn}`);
      if (turn >= 0) ratios.push(ours / base);
    }
    return { ratio: median(ratios), note: '10,000 held by 16 other machines, 100,000 finished' };
  });
}

/** Starts claims side by side. @returns how long all took, ms */
async function claimTogether({ ours }: Scratch, claims: { at: Machine; taskId: string }[]): Promise<number> {
  const start = performance.now();
  const ended = claims.map(async ({ at, taskId }) => {
    const [file, ...args] = ours('ledger-claim', taskId, '--agent-id', 'cls', '--quiet', '--wait', '5m');
    const child = spawn(file!, args, { cwd: at.root, env: at.env, stdio: 'ignore' });
    const [status] = await once(child, 'exit');
    if (status !== 0) throw new Error(`the claim of ${taskId} ended with ${status}`);
  });
  await Promise.all(ended);
  return performance.now() - start;
}

function commitsOf({ path, env }: Scratch, remote: string): number {
  const args = ['--git-dir', path(`${remote}.git`), 'rev-list', '--count', 'ledger'];
  return Number(execFileSync('git', args, { env }).toString());
}

async function sharedPush(): Promise<{ ratio: number; note: string }> {
  return withScratch(async scratch => {
    const here = machine(scratch, 'remote', 'a');
    const before = commitsOf(scratch, 'remote');
    await claimTogether(
      scratch,
      Array.from({ length: 64 }, (_, number) => ({ at: here, taskId: `T-${number}` })),
    );
    return { ratio: commitsOf(scratch, 'remote') - before, note: 'pushes, not a ratio' };
  });
}

async function fleet(): Promise<{ ratio: number; note: string }> {
  return withScratch(async scratch => {
    const machines = Array.from({ length: 16 }, (_, number) => machine(scratch, 'remote', `m${number}`));
    const commits = preparedCommits(machines[0]!, 320);
    const base = durationOf(() => {
      commits.forEach((commit, number) => {
        const lease = `--force-with-lease=refs/heads/bare:${commits[number - 1] ?? ''}`;
        const args = [
          'git',
          '-C',
          machines[0]!.root,
          'push',
          '--quiet',
          lease,
          'origin',
          `${commit}:refs/heads/bare`,
        ];
        runProgram(args, { cwd: machines[0]!.root, env: machines[0]!.env });
      });
    });
    const before = commitsOf(scratch, 'remote');
    const claims = Array.from({ length: 320 }, (_, number) => ({
      ...{ at: machines[number % 16]!, taskId: `T-${number}` },
    }));
    const ours = await claimTogether(scratch, claims);
    const pushes = commitsOf(scratch, 'remote') - before;
    return { ratio: (ours * 1e6) / base, note: `${pushes} pushes, all claims at once` };
  });
}

export const rows: BenchRow[] = [
  {
    name: '`ledger-claim` on the branch / `git push --force-with-lease` of a prepared commit',
    limit: 1.5,
    measure: oneClaim,
  },
  {
    name: 'a claim on the branch in a warm process / `git push --force-with-lease` of a prepared commit',
    limit: 1.5,
    measure: warmClaim,
  },
  {
    name: '`ledger-claim` on a branch with 110,000 claims / on one with none',
    limit: 1.15,
    measure: manyClaims,
  },
  { name: 'pushes of 64 processes that claim 64 tasks at once', limit: 4, measure: sharedPush },
  { name: '320 claims of 16 machines at once / 320 pushes in a row', limit: 2, measure: fleet },
];
