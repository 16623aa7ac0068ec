/** What runs cost: snapshots, a step, reading a log back. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../tools/lib/clock.js';
import { foldRun } from '../../tools/lib/runs/fold.js';
import { readEntries } from '../../tools/lib/runs/log.js';
import { takeSnapshot } from '../../tools/lib/runs/snapshot/take.js';
import { PaperRun } from '../support/runs.js';
import { median, pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const FILES = 50_000;
const failOnMessage = (message: string): never => {
  throw new Error(message);
};

/** A tree of many files, 10 KB each on average as in a source tree, and their paths. */
function makeTree({ path }: Scratch): { top: string; paths: string[] } {
  const top = path('tree');
  const paths = Array.from({ length: FILES }, (_, index) => `d${index % 500}/f${index}.ts`);
  for (let index = 0; index < 500; index++) mkdirSync(join(top, `d${index}`), { recursive: true });
  paths.forEach((name, index) => {
    writeFileSync(join(top, name), `${name}\n`.repeat(100 + (index % 13) * 100));
  });
  return { top, paths };
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

interface Snapshots {
  first: number[];
  second: number[];
  bare: number[];
  git: number[];
}

let measured: Snapshots | undefined;

async function snapshots(): Promise<Snapshots> {
  measured ??= await withScratch(scratch => {
    const { top, paths } = makeTree(scratch);
    const list = `${paths.join('\n')}\n`;
    const times: Snapshots = { first: [], second: [], bare: [], git: [] };
    const cache = scratch.path('cache');
    const take = (): void => {
      const tree = { top, isRepository: true };
      const directory = scratch.path('snapshots');
      takeSnapshot({ tree, directory, cache, clock: systemClock, warn: failOnMessage });
    };
    const bare = (): void => {
      for (const name of paths)
        createHash('sha256')
          .update(readFileSync(join(top, name)))
          .digest('hex');
    };
    const git = (): void =>
      void execFileSync('git', ['hash-object', '--stdin-paths'], {
        cwd: top,
        input: list,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
    for (let turn = -1; turn < 5; turn++) {
      rmSync(cache, { force: true });
      const round = { bare: timed(bare), first: timed(take), git: timed(git), second: timed(take) };
      if (turn >= 0)
        for (const name of Object.keys(round) as (keyof Snapshots)[]) times[name].push(round[name]);
    }
    return times;
  });
  return measured;
}

const ratioOf = (a: number[], b: number[]): number => median(a.map((value, index) => value / b[index]!));

async function oneStep(): Promise<{ ratio: number }> {
  return withScratch(scratch => {
    const { root, env, ours, script, path } = scratch;
    const empty = script('empty.cjs', '');
    const plan = (turn: number): string => {
      const command = ['true'];
      const steps = [{ id: 'a', agent: 'runner', action: 'a', command }];
      writeFileSync(path('plan.json'), JSON.stringify({ task_id: `T-${turn}`, steps }));
      return path('plan.json');
    };
    const run = (turn: number): string[] => ours('ledger-run', '--plan', plan(turn), '--quiet');
    const options = { cwd: root, env };
    return {
      ratio: pairedRatio(
        turn => runProgram(run(turn), options),
        () => runProgram(empty, options),
        40,
      ),
    };
  });
}

/** A log of about this many entries. */
function longLog(directory: string, entries: number): void {
  const paper = new PaperRun();
  paper.open();
  while (paper.entries.length < entries) {
    paper.drive(() => ({ outcome: 'failed', payload: null }));
    paper.open();
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'log.jsonl'),
    paper.entries.map(entry => `${JSON.stringify(entry)}\n`).join(''),
  );
}

async function replay(): Promise<{ ratio: number }> {
  return withScratch(({ path }) => {
    const directory = path('run');
    longLog(directory, 100_000);
    const bare = (): void => {
      let last: unknown;
      for (const line of readFileSync(join(directory, 'log.jsonl'), 'utf8').split('\n')) {
        if (line !== '') last = JSON.parse(line);
      }
      if (last === undefined) throw new Error('nothing was read');
    };
    const ours = (): void => {
      if (foldRun(readEntries(directory, failOnMessage)) === undefined) throw new Error('no run');
    };
    return { ratio: pairedRatio(ours, bare, 15) };
  });
}

export const rows: BenchRow[] = [
  {
    name: 'snapshot of 50,000 files / reading and hashing them in a bare loop',
    limit: 1.2,
    measure: async () => {
      const times = await snapshots();
      const ofGit = ratioOf(times.first, times.git).toFixed(2);
      return { ratio: ratioOf(times.first, times.bare), note: `${ofGit} of \`git hash-object\`` };
    },
  },
  {
    name: 'the second snapshot of an unchanged tree / the first',
    limit: 0.3,
    measure: async () => {
      const times = await snapshots();
      return { ratio: ratioOf(times.second, times.first) };
    },
  },
  {
    name: '`ledger-run` of a plan with one step, `true` / an empty Node script',
    limit: 1.5,
    measure: oneStep,
  },
  { name: 'reading back the log of a run, 100,000 entries / parsing its lines', limit: 1.5, measure: replay },
];
