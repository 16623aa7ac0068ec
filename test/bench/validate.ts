/**
 * What validating costs, compared with a loop that does nothing but read the lines and parse each: a day of
 * 1,000,000 lines, about 400 MB. Throughputs are compared, so more is better.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { genesisHash, lineHash } from '../../tools/lib/ledger/chain.js';
import { formatEvent } from '../../tools/lib/record/event.js';
import { pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const LINES = 1_000_000;
const LINES_AT_ONCE = 5000;
const TURNS = 5;
const MOST_RESIDENT_KIB = 120 * 1024;
const DAY = '2026-11-24';
const WRITER = 'bench-1';

/** Reads and parses, and nothing else. */
const BARE = `const fs = require('node:fs');
const fd = fs.openSync(process.argv[2]), buffer = Buffer.allocUnsafe(1 << 18);
for (let kept = 0; ; ) {
  const length = kept + fs.readSync(fd, buffer, kept, buffer.length - kept);
  if (length === kept) break;
  let start = 0;
  for (let end; (end = buffer.indexOf(10, start)) !== -1 && end < length; start = end + 1)
    JSON.parse(buffer.toString('utf8', start, end));
  buffer.copy(buffer, 0, start, length);
  kept = length - start;
}
`;
const SPY = `process.on('exit', () =>
  require('node:fs').writeSync(2, 'KiB ' + process.resourceUsage().maxRSS));
`;

function makeDay({ root }: Scratch): string {
  const path = join(root, `g/ledger/cls/${DAY}.jsonl`);
  mkdirSync(dirname(path));
  const fd = openSync(path, 'w');
  let prev = genesisHash('cls', DAY, WRITER);
  const startMs = Date.parse(`${DAY}T00:00:00Z`);
  for (let from = 0; from < LINES; from += LINES_AT_ONCE) {
    let text = '';
    for (let number = from; number < from + LINES_AT_ONCE; number++) {
      const atMs = startMs + Math.trunc((number * 86_400_000) / LINES);
      const line = lineOf(number, `${new Date(atMs).toISOString().slice(0, -1)}+00:00`, prev);
      prev = lineHash(Buffer.from(line));
      text += `${line}\n`;
    }
    writeSync(fd, text);
  }
  closeSync(fd);
  return path;
}

function lineOf(number: number, ts: string, prev: string): string {
  const id = lineHash(Buffer.from(String(number))).slice(0, 20);
  return formatEvent({
    ...{
      ts,
      agent: 'cls',
      session_id: `${DAY}_cls_001`,
      event: number % 2 === 0 ? 'task_start' : 'task_result',
    },
    ...{
      task_id: `wo-${number % 1000}`,
      source: 'cls-hook',
      summary: `Make the import idempotent, step ${number}`,
    },
    data: number % 2 === 0 ? { task_type: 'code' } : { status: 'ok', duration_ms: number % 5000 },
    id: `01a20ada-2c56-7${id.slice(0, 3)}-8${id.slice(3, 6)}-${id.slice(6, 18)}`,
    ...{ schema_version: 1, writer: WRITER, worktree: 'main', seq: number + 1, prev },
  });
}

interface Measured {
  options: { cwd: string; env: NodeJS.ProcessEnv };
  ours: string[];
  bare: string[];
  path: string;
  /** Where the most memory that our process had is told. */
  spied: string[];
}

async function onLongDay<T>(args: string[], action: (measured: Measured) => T): Promise<T> {
  return withScratch(scratch => {
    const path = makeDay(scratch);
    const [spy] = scratch.script('spy.cjs', SPY).slice(-1) as [string];
    const [node, ...rest] = scratch.ours('ledger-validate', ...args) as [string, ...string[]];
    return action({
      ...{ path, options: { cwd: scratch.root, env: scratch.env } },
      ours: [node, ...rest],
      bare: [...scratch.script('bare.cjs', BARE), path],
      spied: [node, '--require', spy, ...rest],
    });
  });
}

function throughput(args: string[]): Promise<{ ratio: number }> {
  return onLongDay(args, ({ ours, bare, options }) => ({
    ratio:
      1 /
      pairedRatio(
        () => runProgram(ours, options),
        () => runProgram(bare, options),
        TURNS,
      ),
  }));
}

function residentMemory(): Promise<{ ratio: number; note: string }> {
  return onLongDay(['--chain'], ({ spied: [node, ...args], options }) => {
    const { stderr } = spawnSync(node!, args, { ...options, encoding: 'utf8' });
    const kib = Number(/KiB (\d+)/.exec(stderr)![1]);
    return { ratio: kib / MOST_RESIDENT_KIB, note: 'with `--chain`' };
  });
}

function besideJq(): Promise<{ ratio: number; note?: string }> {
  return onLongDay([], ({ ours, path, options }) => {
    const jq = ['sh', '-c', 'jq -c . "$1" >/dev/null', 'sh', path];
    if (spawnSync('jq', ['--version']).status !== 0) return { ratio: Number.NaN, note: 'no jq here' };
    return {
      ratio:
        1 /
        pairedRatio(
          () => runProgram(ours, options),
          () => runProgram(jq, options),
          1,
        ),
    };
  });
}

const COMPARED = 'a bare loop that reads and parses each';

export const rows: BenchRow[] = [
  {
    name: `throughput of \`ledger-validate\` over 1,000,000 lines / ${COMPARED}`,
    ...{ limit: 0.8, isAtLeast: true },
    measure: () => throughput([]),
  },
  {
    name: `throughput of \`ledger-validate --chain\` over 1,000,000 lines / ${COMPARED}`,
    measure: () => throughput(['--chain']),
  },
  { name: 'throughput of `ledger-validate` over 1,000,000 lines / `jq -c .`', measure: besideJq },
  {
    name: 'resident memory of `ledger-validate` over 1,000,000 lines / 120 MiB',
    limit: 1,
    measure: residentMemory,
  },
];
