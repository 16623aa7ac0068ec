/** `ledger-write <agent> --stdin`: JSON events, one a line, up to 1,000 under one lock with one sync. */
import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { type RecordOptions, recordEvents } from '../journal/record.js';
import type { Draft } from '../ledger/append.js';
import { agentName, canonicalTaskId, shorten } from '../record/ids.js';
import { isJsonObject, parseJsonObject } from '../record/json.js';
import type { Workspace } from '../root/workspace.js';
import type { Call } from './command.js';
import { openContext } from './context.js';
import { EXIT } from './exit-codes.js';
import { batchLines, type NumberedLine } from './lines.js';
import { sessionFor } from './session.js';

const WRITABLE = new Set([
  'event',
  'task_id',
  'source',
  'summary',
  'data',
  'session_id',
  'parent_id',
  'idempotency_key',
]);
/** Fields of a stored event that are ours to fill: an exported ledger can be piped in as it is. */
const OURS = new Set(['ts', 'agent', 'id', 'schema_version', 'writer', 'worktree', 'seq', 'prev']);
const BATCH_LINES = 1000;

interface Batch {
  call: Call;
  agent: string;
  workspace: Workspace;
  options: RecordOptions;
  session: string | undefined;
  isImport: boolean;
}

/** @returns 0, or 65 when lines were rejected; the others are written */
export async function writeBatch(call: Call): Promise<number> {
  const { args, io, warn } = call;
  const [agent, ...extra] = args.positionals;
  if (agent === undefined || extra.length > 0)
    throw new Failure('usage', 'with --stdin give the agent alone');
  const name = agentName(agent);
  const context = openContext(call);
  const batch: Batch = {
    call,
    agent: name,
    workspace: context.openForWriting(),
    options: { ...context.dayOptions, updatesStatus: args.isSet('status') },
    session: sessionFor(name, args.value('session'), io.environment.LEDGER_SESSION_ID),
    isImport: args.isSet('import'),
  };
  let written = 0;
  let rejected = 0;
  for await (const lines of batchLines(io.input(), BATCH_LINES)) {
    const count = writeLines(batch, lines);
    written += count.written;
    rejected += count.rejected;
  }
  if (rejected > 0) warn(`${rejected} of ${written + rejected} lines rejected; the others are written`);
  return rejected > 0 ? EXIT.data : EXIT.done;
}

function writeLines(batch: Batch, lines: NumberedLine[]): { written: number; rejected: number } {
  const { call, workspace, agent, options } = batch;
  const drafts: { draft: Draft; number: number }[] = [];
  const refusals: { number: number; message: string }[] = [];
  for (const line of lines) {
    const draft = draftOf(batch, line);
    if (draft instanceof Failure) refusals.push({ number: line.number, message: draft.message });
    else drafts.push({ draft, number: line.number });
  }
  const outcomes = recordEvents(
    workspace,
    agent,
    drafts.map(({ draft }) => draft),
    options,
  );
  let output = '';
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Failure)
      refusals.push({ number: drafts[index]!.number, message: outcome.message });
    else if (call.args.isSet('json')) output += `${outcome.line}\n`;
  }
  if (output !== '') call.io.print(output);
  refusals.sort((a, b) => a.number - b.number);
  for (const { number, message } of refusals) call.warn(`line ${number}: ${message}`);
  return { written: lines.length - refusals.length, rejected: refusals.length };
}

function draftOf(batch: Batch, { text, problem }: NumberedLine): Draft | Failure {
  try {
    if (problem === 'long') throw new Failure('data', 'the line is longer than 1 MiB');
    if (problem === 'encoding') throw new Failure('data', 'the line is not UTF-8');
    return readDraft(batch, parseJsonObject(text, 'the line'));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function readDraft({ agent, session, isImport }: Batch, line: Record<string, unknown>): Draft {
  for (const key of Object.keys(line)) {
    if (!WRITABLE.has(key) && !OURS.has(key)) {
      throw new Failure('data', `unknown key "${shorten(key)}"; put what is yours into data`);
    }
  }
  if (line.agent !== undefined && line.agent !== agent) {
    throw new Failure('data', `the line is of another agent, "${shorten(String(line.agent))}"`);
  }
  const { data = {}, ts } = line;
  if (!isJsonObject(data)) throw new Failure('data', 'data must be a JSON object');
  if (isImport && (typeof ts !== 'string' || parseTimestamp(ts) === undefined)) {
    throw new Failure('data', '--import needs a ts like 2026-11-24T17:03:09.041+07:00');
  }
  const session_id = optionalText(line, 'session_id');
  return {
    event: requiredText(line, 'event'),
    task_id: canonicalTaskId(requiredText(line, 'task_id')),
    source: requiredText(line, 'source'),
    summary: requiredText(line, 'summary'),
    data,
    session_id: session_id === undefined ? session : sessionFor(agent, session_id, undefined),
    parent_id: optionalText(line, 'parent_id'),
    idempotency_key: optionalText(line, 'idempotency_key'),
    ts: isImport ? (ts as string) : undefined,
  };
}

function requiredText(line: Record<string, unknown>, key: string): string {
  const value = optionalText(line, key);
  if (value === undefined) throw new Failure('data', `the line has no "${key}"`);
  return value;
}

function optionalText(line: Record<string, unknown>, key: string): string | undefined {
  const value = line[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new Failure('data', `${key} must be a string`);
}
