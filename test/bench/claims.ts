/** What claiming costs. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Request } from '../../tools/lib/claims/decide.js';
import { emptyLog } from '../../tools/lib/claims/log.js';
import { systemClock } from '../../tools/lib/clock.js';
import { requestClaim } from '../../tools/lib/journal/claim.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';
import { sha256Hex } from '../../tools/lib/sha256.js';
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

/** Acquires and releases a task, in this process. */
function pair(workspace: Workspace, taskId: string): void {
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
  requestClaim(workspace, { taskId, owner }, acquire, options);
  requestClaim(workspace, { taskId, owner }, release, options);
}

/** Half of the pairs early, half late, taking turns, so that both see the same machine. */
async function longHistory(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const aged = openScratch(scratch);
    for (let number = 0; number < 10_000; number++) pair(aged, `T-${number % 50}`);
    return besideFresh(aged);
  });
}

const HISTORY_OPS = 100_000;

/** A log that grew in other processes: what the first call learns from it is not measured. */
async function longLog(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const aged = openScratch(scratch);
    writeFileSync(join(aged.control, 'claims.jsonl'), historyText(aged), { mode: 0o600 });
    return besideFresh(aged);
  });
}

/** 50,000 acquires and releases of 5,000 tasks. */
function historyText({ writer, worktree }: Workspace): string {
  let prev = emptyLog(writer).hash;
  const lines: string[] = [];
  for (let seq = 1; seq <= HISTORY_OPS; seq++) {
    const turn = Math.trunc((seq - 1) / 2);
    const kind = seq % 2 === 1 ? 'acquire' : 'release';
    const line = JSON.stringify({
      ...{
        schema_version: 1,
        seq,
        ts: '2026-01-01T00:00:00.000+00:00',
        op: kind,
        task_id: `T-${turn % 5000}`,
      },
      ...{
        lease_id: `01a20ada-2c56-7000-8000-${String(turn).padStart(12, '0')}`,
        epoch: 1 + Math.trunc(turn / 5000),
      },
      ...{ agent: 'cls', writer, worktree, actor: 'cls', reason: null },
      ...(kind === 'acquire' && {
        term: { ttl_s: 600, expires_at: '2026-01-01T00:10:00.000+00:00', boot: null, mono_ms: 1, age_ms: 0 },
      }),
      prev,
    });
    prev = sha256Hex(line);
    lines.push(`${line}\n`);
  }
  return lines.join('');
}

const PAIRS = 500;

/** Pairs of an aged place, in turns with the 10th and later ones of fresh places. */
async function besideFresh(aged: Workspace): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const fresh = openScratch(scratch);
    for (let number = 0; number < 10; number++) pair(fresh, `T-${number}`);
    pair(aged, 'T-0');
    const ratio = pairedRatio(
      turn => void pair(aged, `T-${turn % 50}`),
      turn => void pair(fresh, `T-${turn % 50}`),
      PAIRS,
    );
    return { ratio, note: `median of ${PAIRS} pairs each` };
  });
}

const RACERS = 64;
const RACES = 9;

/** 64 processes at once, each for a task of its own, beside 64 that do no more than lock, append and sync. */
async function race(): Promise<{ ratio: number; note: string }> {
  return withScratch(async ({ root, env, path, ours, script }) => {
    const bare = script('locked.cjs', lockedAppendScript(path('locked.jsonl')));
    const ratios: number[] = [];
    for (let turn = -1; turn < RACES; turn++) {
      const base = await durationOfAll(Array(RACERS).fill(bare), { cwd: root, env });
      const racers = [...Array(RACERS).keys()].map(number =>
        ours('ledger-claim', `R-${turn}-${number}`, '--agent-id', 'cls', '--quiet'),
      );
      const claims = await durationOfAll(racers, { cwd: root, env });
      if (turn >= 0) ratios.push(claims / base);
    }
    return { ratio: median(ratios), note: `median of ${RACES} races` };
  });
}

/** Starts them all at once. @returns ms until the last one has ended */
async function durationOfAll(
  commands: string[][],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  const start = performance.now();
  await Promise.all(commands.map(([file, ...args]) => promisify(execFile)(file!, args, options)));
  return performance.now() - start;
}

/** A script that appends a line under the same kind of lock, waiting as we wait. */
function lockedAppendScript(file: string): string {
  const addon = fileURLToPath(
    new URL(`../../dist/native/${process.platform}-${process.arch}/lock.node`, import.meta.url),
  );
  return `const fs = require('node:fs');
const addon = { exports: {} };
process.dlopen(addon, ${JSON.stringify(addon)});
const lock = fs.openSync(${JSON.stringify(`${file}.lock`)}, 'a+');
for (let pause = 0.2; ; pause = Math.min(pause * 2, 5)) {
  try {
    addon.exports.tryLock(lock, 0, 0, true);
    break;
  } catch {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}
const fd = fs.openSync(${JSON.stringify(file)}, 'a');
fs.writeSync(fd, ${JSON.stringify(`${LINE}
`)});
fs.fsyncSync(fd);
`;
}

export const rows: BenchRow[] = [
  {
    name: '`ledger-claim` as a process / an empty Node script that appends and syncs two lines',
    limit: 1.2,
    measure: oneAcquire,
  },
  { name: 'the 10,000th acquire and release / the 10th', limit: 1.1, measure: longHistory },
  { name: 'acquire and release with 100,000 ops in history / with 20', limit: 1.2, measure: longLog },
  {
    name: '64 processes that claim 64 tasks / 64 that append and sync a line under a lock',
    limit: 2,
    measure: race,
  },
];
