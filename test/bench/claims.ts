/** What claiming costs. */
import type { Request } from '../../tools/lib/claims/decide.js';
import { systemClock } from '../../tools/lib/clock.js';
import { requestClaim } from '../../tools/lib/journal/claim.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';
import { median, pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { appendScript, type Scratch, withScratch } from './scratch.js';

const LIMITS = {
  ...{ agent_id: null, default_ttl_s: 600, max_ttl_s: 86_400, max_lifetime_s: 86_400 },
  ...{ max_indefinite_per_agent: 2, max_indefinite: 10 },
};
const LINE = JSON.stringify({ op: 'acquire', padding: 'x'.repeat(380) });

const HELD = 4;

async function oneAcquire(): Promise<{ ratio: number; note: string }> {
  return withScratch(({ root, env, path, ours, script }) => {
    const bare = script('bare.cjs', appendScript([path('a.jsonl'), path('b.jsonl')], LINE));
    const options = { cwd: root, env };
    const call = (...args: string[]) => ours('ledger-claim', ...args, '--agent-id', 'cls', '--quiet');
    // A few leases are held meanwhile. Those of earlier turns are not, or each turn would cost more than the last.
    for (let number = 0; number < HELD; number++) runProgram(call(`held-${number}`), options);
    return {
      ratio: pairedRatio(
        turn => runProgram(call(`T-${turn}`), options),
        () => runProgram(bare, options),
        60,
        turn => runProgram(call('release', `T-${turn}`), options),
      ),
      note: `${HELD} other leases held`,
    };
  });
}

function openScratch({ root, env }: Scratch): Workspace {
  return openWorkspace(locate({ cwd: root, environment: env }), { clock: systemClock, lockTimeoutMs: 1000 });
}

/** Acquires and releases a task, in this process. @returns how long it took, ms */
function pair(workspace: Workspace, taskId: string): number {
  const owner = { agent: 'cls', writer: workspace.writer, worktree: workspace.worktree };
  const options = { sessionIdleMs: 43_200_000, warn: () => undefined, limits: LIMITS };
  const acquire: Request = {
    kind: 'acquire',
    lease_id: uuidV7(Date.now()),
    ttl_s: 600,
    reason: null,
    reopens: true,
  };
  const release: Request = { kind: 'release', about: {}, reason: null };
  const start = performance.now();
  requestClaim(workspace, { taskId, owner }, acquire, options);
  requestClaim(workspace, { taskId, owner }, release, options);
  return performance.now() - start;
}

async function longHistory(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const fresh = openScratch(scratch);
    const times: number[] = [];
    for (let number = 0; number < 10_500; number++) times.push(pair(fresh, `T-${number % 50}`));
    const early = median(times.slice(10, 510));
    return { ratio: median(times.slice(-500)) / early, note: 'median of 500 pairs each' };
  });
}

export const rows: BenchRow[] = [
  {
    name: '`ledger-claim` as a process / an empty Node script that appends and syncs two lines',
    limit: 1.2,
    measure: oneAcquire,
  },
  { name: 'the 10,000th acquire and release / the 10th', limit: 1.1, measure: longHistory },
];
