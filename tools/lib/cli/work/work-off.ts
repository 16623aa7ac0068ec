/** `ledger-work`: the loop of `work/` with everything it needs of the world. */
import { join } from 'node:path';
import { Bell } from '../../bell.js';
import type { Owner } from '../../claims/decide.js';
import type { Lease } from '../../claims/lease.js';
import { timestampNow } from '../../clock.js';
import { makePrivate } from '../../disk/directory.js';
import { holdLock } from '../../disk/lock.js';
import { watchTree } from '../../disk/watch.js';
import { Failure } from '../../failure.js';
import { recordEvent } from '../../journal/record.js';
import { reportStatus } from '../../journal/report-status.js';
import { ledgerDirectory } from '../../ledger/day-file.js';
import { startCommand } from '../../process/command.js';
import { agentIdentity, ledgerAgent } from '../../record/ids.js';
import type { Workspace } from '../../root/workspace.js';
import { changeClaim } from '../../sync/claim.js';
import { exchangeFiles } from '../../sync/claims/branch.late.js';
import { readForeignLeases } from '../../sync/claims/foreign-leases.js';
import { isSetUpHere } from '../../sync/state.js';
import type { Attempt, Bench } from '../../work/attempt.js';
import { Exchanges } from '../../work/exchanges.js';
import { type Loop, type Worked, workOff } from '../../work/loop.js';
import type { WorkTask } from '../../workplans/ready.js';
import { TaskProgressReader } from '../../workplans/task-progress.js';
import { branchOptions } from '../claims/subject.js';
import type { Call } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { sessionFor } from '../session.js';
import { stopSignal } from '../stop.js';
import { type LoopOptions, loopOptions, sourceOf } from './options.js';
import { printWorked, sayAttempt } from './tell-worked.js';

interface Worker {
  call: Call;
  context: Context;
  workspace: Workspace;
  owner: Owner;
  options: LoopOptions;
}

/** @returns 1 when a task was left blocked or was lost */
export async function work(call: Call): Promise<number> {
  const context = openContext(call);
  const options = loopOptions(call, context);
  const workspace = context.openForWriting();
  const owner = { agent: agentOf(call, context), writer: workspace.writer, worktree: workspace.worktree };
  const lock = holdAgent(workspace, owner);
  try {
    const startedMs = call.io.clock.nowMs();
    const worked = await runLoop({ call, context, workspace, owner, options });
    return end(call, worked, call.io.clock.nowMs() - startedMs);
  } finally {
    lock.release();
  }
}

function agentOf({ args, io }: Call, { config }: Context): string {
  const named = args.value('agent') ?? (io.environment.LEDGER_AGENT || config.claims.agent_id);
  if (named) return agentIdentity(named);
  throw new Failure('usage', 'who works? give --agent, or set LEDGER_AGENT or claims.agent_id');
}

/** Two loops of one agent in one worktree would take each other's leases for their own. */
function holdAgent({ control }: Workspace, { agent, worktree }: Owner): { release(): void } {
  const directory = join(control, 'work');
  makePrivate(directory);
  const lock = holdLock(join(directory, `${agent.replace(':', '.')}.${worktree}.lock`));
  if (lock) return lock;
  throw new Failure(
    'contention',
    `a ledger-work of ${agent} is at work here; give it more --concurrency instead`,
  );
}

async function runLoop(worker: Worker): Promise<Worked> {
  const { call, context, options } = worker;
  const bell = new Bell();
  const tree = watchTree(ledgerDirectory(context.place.root), () => bell.ring());
  const stopBeating = keepBeating(worker);
  const { place } = context;
  const { clock } = call.io;
  const progress = new TaskProgressReader(place, { clock, warn: call.warn }, readForeignLeases);
  const loop: Loop = {
    ...benchOf(worker, stopSignal()),
    exchanges: exchangesOf(worker, () => bell.ring()),
    ...{ bell, concurrency: options.concurrency, most: options.most },
    ...{ isOnce: options.isOnce, pollMs: options.pollMs },
    readProgress: () => progress.read(),
    report: attempt => sayAttempt(call, attempt),
  };
  try {
    return await workOff(loop);
  } finally {
    stopBeating();
    tree.close();
  }
}

const EXCHANGE_EVERY_MS = 500;

/** Undefined where no branch is set up. */
function exchangesOf({ call, context, workspace, options }: Worker, ring: () => void): Exchanges | undefined {
  const { io, warn } = call;
  const branch = branchOptions(call, context);
  if (!isSetUpHere(context.place)) return undefined;
  return new Exchanges({
    ...{ ring, warn, nowMs: () => io.clock.nowMs() },
    everyMs: Math.max(options.pollMs, EXCHANGE_EVERY_MS),
    exchange: async () => {
      for (const message of await exchangeFiles(workspace, branch)) warn(message);
    },
  });
}

function benchOf(worker: Worker, signal: AbortSignal): Bench {
  const { call, context, workspace, owner, options } = worker;
  const { io, warn } = call;
  const name = ledgerAgent(owner.agent);
  const session = sessionFor(name, undefined, io.environment.LEDGER_SESSION_ID);
  const claimOptions = { ...branchOptions(call, context), session };
  return {
    ...{ owner, signal, warn, ttl_s: options.ttl_s, nowMs: () => io.clock.nowMs() },
    source: sourceOf(call, context),
    request: async (taskId, request) => changeClaim(workspace, { taskId, owner }, request, claimOptions),
    tell: draft => {
      recordEvent(
        workspace,
        name,
        { ...draft, session_id: session },
        { ...context.dayOptions, updatesStatus: true },
      );
    },
    start: (task, lease) =>
      startCommand(
        options.command.map(word => filled(word, task)),
        environmentFor(worker, task, lease),
        // With --json stdout is ours.
        { isOnTerminal: false, stdio: ['ignore', call.args.isSet('json') ? 2 : 'inherit', 'inherit'] },
      ),
  };
}

/** A word of the command with `{task}`, `{title}` and `{file}` filled in; it stays one word. */
function filled(word: string, { id, title, file }: WorkTask): string {
  const values: Record<string, string> = { '{task}': id, '{title}': title ?? '', '{file}': file ?? '' };
  return word.replace(/\{(?:task|title|file)\}/g, name => values[name]!);
}

function environmentFor({ call, context, owner }: Worker, task: WorkTask, lease: Lease): NodeJS.ProcessEnv {
  return {
    ...call.io.environment,
    LEDGER_ROOT: context.place.root,
    LEDGER_AGENT: owner.agent,
    LEDGER_TASK_ID: task.id,
    LEDGER_LEASE_ID: lease.lease_id,
    LEDGER_EPOCH: String(lease.epoch),
    ...(task.title !== undefined && { LEDGER_TASK_TITLE: task.title }),
    ...(task.file !== undefined && { LEDGER_TASK_FILE: task.file }),
  };
}

/** A sign of life in the status now and then. */
function keepBeating({ call, context, workspace, owner }: Worker): () => void {
  const beat = (): void => {
    try {
      const at = timestampNow(call.io.clock);
      reportStatus(workspace, ledgerAgent(owner.agent), { at }, context.dayOptions);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      call.warn(error.message);
    }
  };
  const timer = setInterval(beat, context.config.hooks.heartbeat_s * 1000);
  timer.unref();
  return () => clearInterval(timer);
}

function end(call: Call, worked: Worked, durationMs: number): number {
  printWorked(call, worked, durationMs);
  const isLeft = ({ result }: Attempt): boolean => result === 'blocked' || result === 'lost';
  return worked.attempts.some(isLeft) ? EXIT.no : EXIT.done;
}
