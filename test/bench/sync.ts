/** What it costs to exchange events with a remote, and that it does not depend on what was exchanged before. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays } from '../../tools/lib/clock.js';
import { durationOf, median, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const TURNS = 25;

/** A line of about the length that hooks write. */
function eventLine(day: string, number: number): string {
  const second = String(number % 60).padStart(2, '0');
  const minute = String(Math.trunc(number / 60) % 60).padStart(2, '0');
  return JSON.stringify({
    ...{ ts: `${day}T10:${minute}:${second}.000+00:00`, agent: 'cls', session_id: `${day}_cls_001` },
    ...{ event: 'info', task_id: `T-${number}`, source: 'bench', summary: `step ${number}` },
    data: { tool: 'Edit', files_touched: ['src/main.ts'], note: 'x'.repeat(120) },
  });
}

/** A checkout with a history of its own that is on a remote of its own. */
interface Checkout {
  root: string;
  env: NodeJS.ProcessEnv;
}

function checkout({ path, ours, env }: Scratch, name: string, days: Map<string, number>): Checkout {
  const root = path(name);
  execFileSync('git', ['init', '--quiet', '--bare', path(`${name}.git`)], { env });
  execFileSync('git', ['init', '--quiet', root], { env });
  execFileSync('git', ['-C', root, 'remote', 'add', 'origin', path(`${name}.git`)], { env });
  mkdirSync(join(root, 'g/ledger/cls'), { recursive: true });
  for (const [day, count] of days) {
    const lines = Array.from({ length: count }, (_, number) => `${eventLine(day, number)}\n`);
    writeFileSync(join(root, `g/ledger/cls/${day}.jsonl`), lines.join(''));
  }
  runProgram(ours('ledger-sync', '--setup-ledger'), { cwd: root, env });
  return { root, env };
}

/** The median of the ratios pair by pair of a sync after `count` events were appended, which is not counted. */
function syncRatio(scratch: Scratch, [measured, compared]: [Checkout, Checkout], count: number): number {
  const ratios: number[] = [];
  const input = `${JSON.stringify({ event: 'info', task_id: 'T', source: 'bench', summary: 'new', data: {} })}\n`;
  const timed = ({ root, env }: Checkout): number => {
    const options = { cwd: root, env, input: input.repeat(count) };
    runProgram(scratch.ours('ledger-write', 'cls', '--stdin'), options);
    return durationOf(() => runProgram(scratch.ours('ledger-sync'), { cwd: root, env }));
  };
  for (let turn = -2; turn < TURNS; turn++) {
    const base = timed(compared);
    const ours = timed(measured);
    if (turn >= 0) ratios.push(ours / base);
  }
  return median(ratios);
}

async function longHistory(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const days = Array.from({ length: 100 }, (_, index): [string, number] => [
      addDays('2026-01-01', index),
      10_000,
    ]);
    const old = checkout(scratch, 'old', new Map(days));
    const fresh = checkout(scratch, 'fresh', new Map());
    return { ratio: syncRatio(scratch, [old, fresh], 10), note: `median of ${TURNS} pairs` };
  });
}

async function longDay(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const today = new Date().toISOString().slice(0, 10);
    const long = checkout(scratch, 'long', new Map([[today, 50_000]]));
    const short = checkout(scratch, 'short', new Map([[today, 10]]));
    return { ratio: syncRatio(scratch, [long, short], 1), note: `median of ${TURNS} pairs` };
  });
}

export const rows: BenchRow[] = [
  {
    name: '`ledger-sync` of 10 new events on top of 1,000,000 old ones / on top of none',
    limit: 1.2,
    measure: longHistory,
  },
  {
    name: '`ledger-sync` of one event to a day file of 50,000 lines / to one of 10 lines',
    limit: 1.5,
    measure: longDay,
  },
];
