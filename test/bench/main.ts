/**
 * `npm run bench [-- word …]`: measures the rows whose names have all the words, and prints a table. Without
 * words the table in `docs/benchmarks.md` is written anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, platform } from 'node:os';
import { rows as branch } from './branch.js';
import { rows as check } from './check.js';
import { rows as claims } from './claims.js';
import { rows as daemon } from './daemon.js';
import { rows as hooks } from './hooks.js';
import { rows as query } from './query.js';
import { rows as redact } from './redact.js';
import type { BenchRow } from './row.js';
import { rows as runs } from './runs.js';
import { rows as sync } from './sync.js';
import { rows as validate } from './validate.js';
import { rows as work } from './work.js';
import { rows as write } from './write.js';

const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const words = process.argv.slice(2);
const ROWS = [
  ...validate,
  ...write,
  ...query,
  ...claims,
  ...check,
  ...work,
  ...hooks,
  ...redact,
  ...runs,
  ...sync,
  ...daemon,
  ...branch,
];
const chosen = ROWS.filter(({ name }) => words.every(word => name.includes(word)));

const table = ['| measured / compared with | ratio | limit | |', '| --- | ---: | ---: | --- |'];
for (const row of chosen) table.push(await measured(row));
table.push('', `Node ${process.version}, ${platform()}, ${cpus().length} cores.`);
console.log(table.slice(-1)[0]);
if (words.length === 0) keep(table.join('\n'));

async function measured({ name, limit, isAtLeast = false, measure }: BenchRow): Promise<string> {
  const { ratio, note = '' } = await measure();
  const bound = limit === undefined ? '' : `${isAtLeast ? '≥' : '≤'} ${limit}`;
  const isKept = limit === undefined || (isAtLeast ? ratio >= limit : ratio <= limit);
  const line = `| ${name} | ${ratio.toFixed(2)} | ${bound} | ${isKept ? '' : '**missed** '}${note} |`;
  console.log(line);
  return line;
}

function keep(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const marks = /(<!-- table -->\n)[\s\S]*(<!-- \/table -->)/;
  writeFileSync(
    PAGE,
    page.replace(marks, (_all, open: string, close: string) => `${open}\n${text}\n\n${close}`),
  );
}
