/** What came of it all: shown by the executables, and verified before anything is claimed. */
import { join } from 'node:path';
import colors from 'picocolors';
import type { Takeover } from './acts.js';
import { TASKS } from './play.js';
import { linesOf, records, run, type Stage, say } from './stage.js';

const MACHINES = ['alpha', 'beta'];
const WIDTH = 60;

/** @throws Error when something is not as it is shown */
export function showAll(stage: Stage, { taskId, by }: Takeover): void {
  showTimeline(stage);
  command(stage, 'alpha', 'ledger-status');
  const holder = by === 'hybrid' ? 'beta' : 'alpha';
  command(stage, holder, `ledger-claim history ${taskId}`);
  command(stage, 'beta', 'ledger-claim history T-12');
  verify(stage, { taskId, by });
  const checks = 'ledger-validate --chain && ledger-check --strict && ledger-claim list';
  for (const machine of MACHINES) run(stage, machine, checks);
  say(`\n${colors.cyan('on both$')} ${colors.bold(checks)}`);
  say(
    colors.green(
      '✓ every chain is whole, there is nothing to fix, no lease is left; each task was done exactly once',
    ),
  );
  say(`\nLook around in ${stage.directory}: alpha, beta, remote.git`);
}

/** Shows a command with what it prints. */
function command(stage: Stage, machine: string, line: string): void {
  say(`\n${colors.cyan(`${machine}$`)} ${colors.bold(line)}`);
  say(run(stage, machine, line).output.trimEnd());
}

interface Span {
  agent: string;
  fromMs: number;
  toMs: number | undefined;
}

/** One row a task, by `ledger-query` on alpha: who worked on it, from when to when. */
function showTimeline(stage: Stage): void {
  const line = 'ledger-query --source ledger-work --json';
  say(
    `\n${colors.cyan('alpha$')} ${colors.bold(line)}  ${colors.dim('drawn: who worked on what, and what it waits for')}`,
  );
  const spans = new Map<string, Span[]>();
  for (const { ts, task_id, agent, event } of records(stage, 'alpha', line)) {
    const known = spans.get(String(task_id)) ?? [];
    const atMs = Date.parse(String(ts));
    if (event === 'task_start') known.push({ agent: String(agent), fromMs: atMs, toMs: undefined });
    else known.findLast(span => span.agent === agent)!.toMs = atMs;
    spans.set(String(task_id), known);
  }
  const all = [...spans.values()].flat();
  const fromMs = Math.min(...all.map(span => span.fromMs));
  const perMs = WIDTH / (Math.max(...all.map(span => span.toMs ?? span.fromMs)) - fromMs);
  for (const { id, waits } of TASKS) {
    const own = spans.get(id) ?? [];
    const bar = barOf(
      own.map(span => ({
        from: Math.floor((span.fromMs - fromMs) * perMs),
        to: span.toMs && Math.ceil((span.toMs - fromMs) * perMs),
      })),
    );
    const who = own.map(({ agent, toMs }) => (toMs === undefined ? `${agent} (killed)` : agent)).join(', ');
    say(`${id.padEnd(5)}${colors.dim(waits.join(' ').padEnd(9))} ${bar} ${who}`);
  }
}

function barOf(spans: { from: number; to: number | undefined }[]): string {
  const cells = Array.from({ length: WIDTH }, () => colors.dim('·'));
  for (const { from, to } of spans) {
    const start = Math.min(from, WIDTH - 1);
    if (to === undefined) cells[start] = colors.red('✗');
    else for (let cell = start; cell < Math.max(to, start + 1); cell++) cells[cell] = '█';
  }
  return cells.join('');
}

/** Counts what the mocks did and what the claims say. */
function verify(stage: Stage, { taskId, by }: Takeover): void {
  const worked = ['cls', 'andy', 'hybrid'].flatMap(agent =>
    linesOf(join(stage.directory, `${agent}.done`)).map(line => JSON.parse(line)),
  );
  const done = worked.filter(({ note }) => note === 'done').map(({ key }) => key);
  require(done.length === TASKS.length &&
    new Set(done).size === done.length, 'each task is done exactly once');
  const ops = MACHINES.flatMap(machine => records(stage, machine, 'ledger-claim history --json'));
  // What one machine logged, the other may have by now, too.
  const completed = new Set(ops.filter(({ op }) => op === 'complete').map(({ lease_id }) => lease_id));
  require(completed.size === TASKS.length, 'each task is completed exactly once');
  require(ops.some(
    ({ op, task_id, agent, epoch }) =>
      op === 'acquire' && task_id === taskId && agent === by && Number(epoch) > 1,
  ), `${taskId} is taken over`);
  require(ops.some(({ op, task_id }) => op === 'keep' && task_id === 'T-12'), 'the claim of T-12 is kept');
  for (const machine of MACHINES) {
    require(run(stage, machine, 'ledger-claim list').output === '', `no lease is left on ${machine}`);
    require(run(stage, machine, 'ledger-check --strict').output === '', `nothing to fix on ${machine}`);
  }
  const [here, there] = MACHINES.map(machine => run(stage, machine, 'ledger-query --count').output);
  require(here === there, 'both machines have the same events');
}

function require(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`this is not so: ${what}`);
}
