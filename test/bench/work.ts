/** What the loop costs: a plan of tasks whose command does nothing, compared with as many empty Node processes. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const TASKS = 20;
const TURNS = 7;

/** A plan for each turn, all committed. */
function makePlans({ root, env }: Scratch): (turn: number) => string {
  const pathOf = (turn: number): string => `plan-${turn + 2}.md`;
  for (let turn = -2; turn < TURNS; turn++) {
    const tasks = Array.from(
      { length: TASKS },
      (_, number) => `\n\`\`\`task\nid: ${turn}-T${number}\nstatus: todo\n\`\`\`\n`,
    );
    writeFileSync(join(root, pathOf(turn)), `---\ntype: workplan\n---\n${tasks.join('')}`);
  }
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args], {
      cwd: root,
      env,
    });
  };
  git('add', '.');
  git('commit', '--quiet', '--message=plans');
  return pathOf;
}

async function overhead(): Promise<{ ratio: number; note: string }> {
  return withScratch(scratch => {
    const pathOf = makePlans(scratch);
    const options = { cwd: scratch.root, env: scratch.env };
    const empty = scratch.script('empty.cjs', '');
    const work = (turn: number): string[] =>
      scratch.ours('ledger-work', '--agent', 'cls', '--once', '--workplans', pathOf(turn), '--', 'true');
    const ratio = pairedRatio(
      turn => runProgram(work(turn), options),
      () => {
        for (let count = 0; count < TASKS; count++) runProgram(empty, options);
      },
      TURNS,
    );
    return { ratio, note: `${TASKS} tasks, written back at the end` };
  });
}

export const rows: BenchRow[] = [
  {
    name: 'work: a task of a workplan, its command `true` / an empty Node process',
    limit: 3,
    measure: overhead,
  },
];
