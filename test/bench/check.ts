/**
 * What checking costs, compared with a loop that does nothing but read the events and parse each: 500 workplans
 * with 10,000 tasks, and 1,000,000 events of ten days.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { addDays } from '../../tools/lib/clock.js';
import { pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const PLANS = 500;
const TASKS_A_PLAN = 20;
const TASKS = PLANS * TASKS_A_PLAN;
const EVENTS = 1_000_000;
const DAYS = 10;
const LINES_AT_ONCE = 5000;
const NEW_EVENTS = 10;
const TURNS = 5;
const LAST_DAY = '2026-11-24';

/** Reads and parses, and nothing else. */
const BARE = `const fs = require('node:fs');
const buffer = Buffer.allocUnsafe(1 << 18);
for (const path of process.argv.slice(2)) {
  const fd = fs.openSync(path);
  for (let kept = 0; ; ) {
    const length = kept + fs.readSync(fd, buffer, kept, buffer.length - kept);
    if (length === kept) break;
    let start = 0;
    for (let end; (end = buffer.indexOf(10, start)) !== -1 && end < length; start = end + 1)
      JSON.parse(buffer.toString('utf8', start, end));
    buffer.copy(buffer, 0, start, length);
    kept = length - start;
  }
  fs.closeSync(fd);
}
`;

const taskId = (number: number): string =>
  `WP-${Math.trunc(number / TASKS_A_PLAN)}-T${number % TASKS_A_PLAN}`;

function makePlans({ root, env }: Scratch): void {
  mkdirSync(join(root, 'workplans'));
  for (let plan = 0; plan < PLANS; plan++) {
    const front = `---\nid: WP-${plan}\ntype: workplan\ntitle: "Plan ${plan}"\nstatus: active\n---\n\n# Plan\n`;
    const tasks = Array.from({ length: TASKS_A_PLAN }, (_, index) => taskText(plan, index));
    writeFileSync(join(root, `workplans/plan-${plan}.md`), front + tasks.join(''));
  }
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args], {
      cwd: root,
      env,
    });
  };
  git('add', 'workplans');
  git('commit', '--quiet', '--message=plans');
}

function taskText(plan: number, index: number): string {
  const id = taskId(plan * TASKS_A_PLAN + index);
  const waits = index === 0 ? '' : `depends_on: [${taskId(plan * TASKS_A_PLAN + index - 1)}]\n`;
  const block = `id: ${id}\nstatus: done\npriority: medium\n${waits}`;
  return `\n### T${index} — a task of the plan\n\n\`\`\`task\n${block}\`\`\`\n\nIt says what is to be done.\n`;
}

/** @returns the paths of the day files */
function makeEvents({ root }: Scratch): string[] {
  const directory = join(root, 'g/ledger/cls');
  mkdirSync(directory);
  const days = Array.from({ length: DAYS }, (_, back) => addDays(LAST_DAY, back - DAYS + 1));
  return days.map((day, index) => {
    const path = join(directory, `${day}.jsonl`);
    const fd = openSync(path, 'w');
    const count = EVENTS / DAYS;
    for (let from = 0; from < count; from += LINES_AT_ONCE) {
      const numbers = Array.from({ length: LINES_AT_ONCE }, (_, at) => index * count + from + at);
      writeSync(fd, numbers.map(number => lineOf(day, number)).join(''));
    }
    closeSync(fd);
    return path;
  });
}

function lineOf(day: string, number: number): string {
  const atMs = Date.parse(`${day}T00:00:00Z`) + (number % 86_400) * 1000;
  const isStart = number % 2 === 0;
  const event = {
    ts: `${new Date(atMs).toISOString().slice(0, -1)}+00:00`,
    ...{ agent: 'cls', session_id: `${day}_cls_001`, event: isStart ? 'task_start' : 'task_result' },
    ...{ task_id: taskId(Math.trunc(number / 2) % TASKS), source: 'cls-hook' },
    summary: `Make the import idempotent, step ${number}`,
    data: isStart ? { task_type: 'code' } : { status: 'ok', duration_ms: number % 5000 },
    id: `01a20ada-2c56-7000-8000-${String(number).padStart(12, '0')}`,
    ...{ schema_version: 1, writer: 'bench-1', worktree: 'main', seq: number + 1, prev: 'a'.repeat(64) },
  };
  return `${JSON.stringify(event)}\n`;
}

async function measure(
  prepare: (control: string, newest: string) => void,
): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    makePlans(scratch);
    const paths = makeEvents(scratch);
    const options = { cwd: scratch.root, env: scratch.env };
    const control = join(scratch.root, '.git/agent-ledger');
    const check = scratch.ours('ledger-check');
    const bare = [...scratch.script('bare.cjs', BARE), ...paths];
    runProgram(check, options);
    const compared = (): void => {
      runProgram(bare, options);
      prepare(control, paths.at(-1)!);
    };
    const ratio = pairedRatio(() => runProgram(check, options), compared, TURNS);
    return { ratio, note: 'nothing to report' };
  });
}

function forget(control: string): void {
  for (const name of ['progress', 'workplans']) rmSync(join(control, `${name}.cache`));
}

function appendNew(_control: string, newest: string): void {
  const numbers = Array.from({ length: NEW_EVENTS }, (_, at) => EVENTS + at);
  appendFileSync(newest, numbers.map(number => lineOf(LAST_DAY, number)).join(''));
}

export const rows: BenchRow[] = [
  {
    name: 'check: 500 workplans, 10,000 tasks, 1,000,000 events, the first time / JSON.parse of the lines',
    limit: 2,
    measure: () => measure(forget),
  },
  {
    name: 'check: the same again with 10 new events / JSON.parse of the lines',
    limit: 0.1,
    measure: () => measure(appendNew),
  },
];
