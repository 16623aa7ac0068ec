/** The record of one wrapped command: its start, signs of life while it runs, and its one outcome. */
import { captureEvent } from '../../clients/captured.js';
import type { Planned } from '../../clients/plan.js';
import type { Exit } from '../../clients/run-outcome.js';
import { leaveWill, openWrapper, revokeWill, willsOfTheDead, wrapperMark } from '../../journal/wrapper.js';
import type { LedgerEvent } from '../../record/event.js';
import { canonicalTaskId, uuidV7 } from '../../record/ids.js';
import type { WorkOrder } from '../../workplans/work-order.js';
import type { Call } from '../command.js';
import { clientSource, shownCommand } from './command-line.js';
import type { HookKind, Identity } from './identity.js';
import type { StreamReader } from './output.js';
import { endingOf } from './run-ending.js';
import { openRunLedger, type RunLedger } from './run-ledger.js';
import { touchedSince, watchTree } from './touched.js';

export interface RunParts {
  kind: HookKind;
  identity: Identity;
  command: string[];
  order: WorkOrder | undefined;
  call: Call;
}

export interface RunRecord {
  /** Private to this run. */
  directory: string;
  /** What the command and all it starts are told. */
  childEnvironment: Record<string, string>;
  finish(ended: { exit: Exit; reader: StreamReader; output: string }): Promise<void>;
}

/** Records that the command starts. @throws Failure `setup` without a root */
export async function openRun(parts: RunParts): Promise<RunRecord> {
  const { identity, call } = parts;
  const { io } = call;
  const ledger = openRunLedger(identity.agent, call);
  settleTheDead(ledger, identity.agent);
  const id = uuidV7(io.clock.nowMs());
  const spool = openWrapper(ledger.place, id, io.clock.nowMs());
  const startedMs = io.clock.nowMs();
  const planned = captureEvent(startOf(parts, id), ledger.capture);
  const start = ledger.tell([ledger.notice({ kind: 'event', event: planned })]);
  const outcome = outcomeFrame(planned, start, id);
  leaveWill(spool, { agent: identity.agent, notice: ledger.notice({ kind: 'event', event: outcome }) });
  const stopBeating = keepBeating(ledger);
  const watch = await watchTree(io);
  return {
    directory: spool,
    childEnvironment: environmentFor(identity.agent, id, { planned, start }),
    finish: async ended => {
      stopBeating();
      const files = watch === undefined ? [] : await touchedSince(watch, ledger.place.root);
      const durationMs = io.clock.nowMs() - startedMs;
      const ending = endingOf({ ...ended, ledger, spool, outcome, files, durationMs, ...about(parts) });
      ledger.tell(ending.notices);
      revokeWill(spool);
      ending.forget();
    },
  };
}

const about = ({ command, call }: RunParts) => ({ command, cwd: call.io.cwd, warn: call.warn });

/** `--task` › `LEDGER_TASK_ID` › the work order's › the command's name and a part of the run's id. */
function startOf({ kind, identity, command, order, call }: RunParts, id: string): Planned {
  const asked = call.args.value('task');
  const name = command[0]!.slice(command[0]!.lastIndexOf('/') + 1).slice(0, 64);
  const task_id =
    (asked && canonicalTaskId(asked)) ??
    identity.taskId ??
    order?.taskId ??
    canonicalTaskId(`${name}-${id.slice(-8)}`);
  const shown = shownCommand(command);
  return {
    ...{ event: 'task_start', task_id, source: clientSource(command) ?? kind.source },
    summary: order?.title ?? shown,
    data: { task_type: order ? 'work_order' : 'command', target_files: [], command: shown },
    session_id: identity.sessionId,
    idempotency_key: `wrapper:${id}:start`,
  };
}

/** The outcome as it would be if nothing more came to be known. */
function outcomeFrame(planned: Planned, start: LedgerEvent | undefined, id: string): Planned {
  const { task_id, source, data } = planned;
  return {
    ...{ event: 'error', task_id, source, summary: 'the wrapper died before the command ended' },
    data: { status: 'interrupted', command: data.command },
    session_id: start?.session_id ?? planned.session_id,
    parent_id: start?.id,
    idempotency_key: `wrapper:${id}:outcome`,
  };
}

function environmentFor(
  agent: string,
  id: string,
  { planned, start }: { planned: Planned; start: LedgerEvent | undefined },
): Record<string, string> {
  return {
    LEDGER_WRAPPER: wrapperMark(agent, id),
    LEDGER_TASK_ID: planned.task_id,
    ...(start && { LEDGER_SESSION_ID: start.session_id }),
  };
}

/** Outcomes of wrappers that were killed before they could tell them. */
function settleTheDead(ledger: RunLedger, agent: string): void {
  for (const { directory, notice } of willsOfTheDead(ledger.place, agent)) {
    ledger.tell([notice]);
    revokeWill(directory);
  }
}

function keepBeating(ledger: RunLedger): () => void {
  const timer = setInterval(() => ledger.beat(), ledger.beatEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
