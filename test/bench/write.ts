/** What writing events costs. */
import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../tools/lib/clock.js';
import { recordEvent, recordEvents } from '../../tools/lib/journal/record.js';
import type { Draft } from '../../tools/lib/ledger/append.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';
import { pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { appendScript, type Scratch, withScratch } from './scratch.js';

const DRAFT = {
  event: 'info',
  task_id: 'T-1',
  source: 'bench',
  summary: 'a line of the usual length',
  data: { a: 1 },
};
const OPTIONS = { sessionIdleMs: 43_200_000, warn: () => undefined, updatesStatus: false };
const LINE = JSON.stringify({ ...DRAFT, padding: 'x'.repeat(280) });

async function oneWrite(): Promise<{ ratio: number }> {
  return withScratch(({ root, env, path, ours, script }) => {
    const bare = script('bare.cjs', appendScript([path('bare.jsonl')], LINE));
    const write = ours(
      'ledger-write',
      'cls',
      'info',
      'T-1',
      'bench',
      'a line of the usual length',
      '{"a":1}',
    );
    const options = { cwd: root, env };
    return {
      ratio: pairedRatio(
        () => runProgram(write, options),
        () => runProgram(bare, options),
        60,
      ),
    };
  });
}

function openScratch({ root, env }: Scratch): Workspace {
  return openWorkspace(locate({ cwd: root, environment: env }), { clock: systemClock, lockTimeoutMs: 1000 });
}

async function longFile(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const workspace = openScratch(scratch);
    const { line, event } = recordEvent(workspace, 'long', DRAFT, OPTIONS);
    const path = join(scratch.root, 'g/ledger/long', `${event.ts.slice(0, 10)}.jsonl`);
    const block = `${line}\n`.repeat(10_000);
    for (let count = 0; count < 100; count++) appendFileSync(path, block);
    recordEvent(workspace, 'long', DRAFT, OPTIONS);
    const write = (agent: string) => () => void recordEvent(workspace, agent, DRAFT, OPTIONS);
    const ratio = pairedRatio(write('long'), write('short'), 2000);
    return { ratio, note: `${Math.round(statSync(path).size / 2 ** 20)} MiB` };
  });
}

const KEYS = 100_000;

async function manyKeys(): Promise<{ ratio: number }> {
  return withScratch(scratch => {
    const workspace = openScratch(scratch);
    let number = 0;
    const keyed = (): Draft => ({ ...DRAFT, idempotency_key: `key ${number++}` });
    while (number < KEYS) recordEvents(workspace, 'many', Array.from({ length: 1000 }, keyed), OPTIONS);
    const write = (agent: string) => () => void recordEvent(workspace, agent, keyed(), OPTIONS);
    return { ratio: pairedRatio(write('many'), write('few'), 1000) };
  });
}

const BATCH = 50_000;
const FILES = ['retry', 'Upload', 'queue-item', 'session_store', 'v2', 'README', 'index'];

/** A turn of an agent, as long as the lines of real day files are, and no two alike. */
function turn(number: number): string {
  const file = (offset: number): string => FILES[(number + offset) % FILES.length]!;
  return JSON.stringify({
    ...{ event: 'task_result', task_id: `T-${number % 997}`, source: 'codex_cli' },
    summary: `Implemented the ${file(0)} of uploads and its tests; ${number} assertions, all tests pass`,
    data: {
      ...{ status: 'ok', duration_ms: 48_231 + number, exit_code: 0, cost_usd: (number % 9973) / 10_000 },
      model: 'gpt-5-codex',
      files_touched: [`src/upload/${file(1)}.ts`, `test/upload/${file(2)}-${number % 89}.test.ts`],
      tokens: { input: 18_211 + number, cached_input: 12_034, output: number % 2210, reasoning: 512 },
    },
  });
}

async function batch(): Promise<{ ratio: number }> {
  return withScratch(({ root, env, path, ours, script }) => {
    const input = Array.from({ length: BATCH }, (_, number) => `${turn(number)}\n`).join('');
    mkdirSync(path('bare'));
    const bare = script('batch.cjs', BARE_BATCH);
    const options = { cwd: root, env, input };
    const ours_ = ours('ledger-write', 'cls', '--stdin');
    const ratio = pairedRatio(
      () => runProgram([...bare, path('bare/out')], options),
      () => runProgram(ours_, options),
      7,
    );
    return { ratio };
  });
}

/** Parses, formats and writes each line, with a sync each 1,000, as our batch does. */
const BARE_BATCH = `const fs = require('node:fs');
const lines = fs.readFileSync(0, 'utf8').split('\\n').slice(0, -1);
const fd = fs.openSync(process.argv[2], 'a');
for (let from = 0; from < lines.length; from += 1000) {
  const text = lines.slice(from, from + 1000).map(line => JSON.stringify(JSON.parse(line)) + '\\n').join('');
  fs.writeSync(fd, text);
  fs.fsyncSync(fd);
}
`;

export const rows: BenchRow[] = [
  {
    name: '`ledger-write` as a process / an empty Node script that appends and syncs the line',
    limit: 1.1,
    measure: oneWrite,
  },
  { name: 'append to a file of 1,000,000 lines / to one of none', limit: 1.05, measure: longFile },
  { name: 'append with a key to a day of 100,000 keys / to one of none', limit: 1.05, measure: manyKeys },
  {
    name: '`ledger-write --stdin`: speed / a bare loop of parse, format and write',
    limit: 0.5,
    isAtLeast: true,
    measure: batch,
  },
];
