import { parseTimestamp, timestampNow } from '../../clock.js';
import { Failure } from '../../failure.js';
import { rebuildStatus, reportStatus } from '../../journal/report-status.js';
import { listAgents } from '../../ledger/day-file.js';
import { agentName, canonicalTaskId, shorten } from '../../record/ids.js';
import { type AgentStatus, FURTHEST_AHEAD_MS, isState, type Report, STATES } from '../../status/fold.js';
import type { Call, Command } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { sessionFor } from '../session.js';

const LONGEST_ERROR_BYTES = 4096;

export const statusUpdate: Command = {
  name: 'status-update',
  purpose: 'say what an agent is doing now',
  synopsis: [
    '<agent> <state> [last_heartbeat] [task_id] [session_id] [last_error]',
    '<agent> --heartbeat',
    '[agent] --rebuild',
  ],
  operands: [
    { name: 'agent', complete: 'agent' },
    { name: 'state', complete: 'state' },
    { name: 'last heartbeat' },
    { name: 'task id', complete: 'task' },
    { name: 'session id', complete: 'session' },
    { name: 'last error' },
  ],
  options: [
    { name: 'heartbeat', text: 'a sign of life: keeps the state, moves last_heartbeat' },
    { name: 'rebuild', text: 'make the status from the ledger again, of all agents when none is named' },
  ],
  run(call) {
    const { args, warn } = call;
    if (args.isSet('rebuild')) return rebuild(call);
    const [agent, ...rest] = args.positionals;
    if (agent === undefined) throw new Failure('usage', 'an agent is needed');
    const name = agentName(agent);
    const report = args.isSet('heartbeat') ? heartbeatFrom(rest, call) : reportFrom(name, rest, call);
    const context = openContext(call);
    const { status, isApplied } = reportStatus(context.openForWriting(), name, report, context.dayOptions);
    if (!isApplied)
      warn(`${report.at} is older than ${status.updated_at}; the status of ${name} is kept as it is`);
    printStatus(call, status);
    return EXIT.done;
  },
};

function heartbeatFrom(extra: string[], { io }: Call): Report {
  if (extra.length > 0) throw new Failure('usage', 'with --heartbeat give the agent alone');
  return { at: timestampNow(io.clock) };
}

function reportFrom(agent: string, rest: string[], { io }: Call): Report {
  const [state, heartbeat, taskId, sessionId, lastError, ...extra] = rest;
  if (state === undefined) throw new Failure('usage', `a state is needed: ${STATES.join(', ')}`);
  if (extra.length > 0)
    throw new Failure('usage', `too many arguments ("${shorten(extra[0]!)}"); quote the last error`);
  if (!isState(state))
    throw new Failure('data', `"${shorten(state)}" is not a state; use ${STATES.join(', ')}`);
  if (lastError && Buffer.byteLength(lastError) > LONGEST_ERROR_BYTES) {
    throw new Failure('data', `last_error is longer than ${LONGEST_ERROR_BYTES} bytes`);
  }
  return {
    at: heartbeat ? checkedHeartbeat(heartbeat, io.clock.nowMs()) : timestampNow(io.clock),
    state,
    task_id: taskId ? canonicalTaskId(taskId) : undefined,
    session_id: sessionFor(agent, sessionId || undefined, io.environment.LEDGER_SESSION_ID),
    last_error: lastError || undefined,
  };
}

/** A time far ahead would silence every later report. */
function checkedHeartbeat(text: string, nowMs: number): string {
  const atMs = parseTimestamp(text);
  if (atMs === undefined) {
    throw new Failure('data', `"${shorten(text)}" is not a timestamp like 2026-11-24T17:03:09.041+07:00`);
  }
  if (atMs > nowMs + FURTHEST_AHEAD_MS)
    throw new Failure('data', `${text} is in the future; check the clock`);
  return text;
}

function rebuild(call: Call): number {
  const { args } = call;
  if (args.positionals.length > 1)
    throw new Failure('usage', 'with --rebuild give one agent, or none for all');
  const context = openContext(call);
  const agents =
    args.positionals.length > 0 ? [agentName(args.positionals[0]!)] : listAgents(context.place.root);
  for (const agent of agents) rebuildOne(call, context, agent);
  return EXIT.done;
}

function rebuildOne(call: Call, context: Context, agent: string): void {
  const status = rebuildStatus(context.openForWriting(), agent, context.dayOptions);
  if (!status) throw new Failure('missing', `${agent} has no events to make a status from`);
  printStatus(call, status);
}

function printStatus({ args, io }: Call, status: Partial<AgentStatus>): void {
  if (args.isSet('json')) io.print(`${JSON.stringify(status)}\n`);
}
