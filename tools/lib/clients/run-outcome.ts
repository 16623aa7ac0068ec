/** How a wrapped command ended: its exit, its stream and what hooks handed over make one outcome. */
import { usageData } from './account.js';
import type { CodexStream } from './codex-stream.js';
import type { Planned } from './plan.js';
import type { ClientSignal } from './signal.js';
import type { Usage } from './state.js';
import type { TurnStatus } from './turn-end.js';

/** How the process ended. */
export interface Exit {
  /** As a shell shows it: 128 + n for a signal. */
  code: number;
  /** The signal it died of. */
  signal?: string | undefined;
  /** The signal it was asked to end by. */
  asked?: string | undefined;
}

/** What a shell shows for a command that HUP, INT, KILL or TERM ended. */
const INTERRUPTED_CODES = new Set([129, 130, 137, 143]);

export interface RunFacts {
  task_id: string;
  source: string;
  /** The command line, fit for the ledger. */
  command: string;
  exit: Exit;
  durationMs: number;
  /** What the last output was, fit for the ledger; empty when it was not seen. */
  output: string;
  /** As the ledger names them. */
  files: string[];
  stream: CodexStream;
  /** The result line of Claude Code, when it printed one. */
  result?: ClientSignal | undefined;
  usage?: Usage | undefined;
  /** What hooks of the same agent handed over, oldest first. */
  heard: ClientSignal[];
  /** Commands whose exit status 124 means that time was up. */
  isTimeLimited: boolean;
}

/** The event that ends the run. */
export function runOutcome(facts: RunFacts): Planned {
  const { exit, command, durationMs, output, result } = facts;
  const status = statusOf(facts);
  const isOk = status === 'ok';
  const said = result?.text ?? facts.stream.text ?? lastTurn(facts.heard)?.text;
  const why = facts.stream.error ?? said;
  const ended = exit.signal === undefined ? `exit status ${exit.code}` : exit.signal;
  return {
    event: isOk ? 'task_result' : 'error',
    task_id: facts.task_id,
    source: facts.source,
    summary: isOk ? (said ?? `completed: ${command}`) : (why ?? `${status} with ${ended}: ${command}`),
    data: {
      ...{ status, duration_ms: durationMs, exit_code: exit.code },
      ...(exit.signal !== undefined && { signal: exit.signal }),
      files_touched: facts.files,
      ...usageData(facts.usage),
      ...(!isOk && { error: why ?? ended }),
      ...(output !== '' && { output }),
      ...sessionOf(facts),
      command,
    },
    becomes: 'outcome',
  };
}

function statusOf({ exit, stream, result, heard, isTimeLimited }: RunFacts): TurnStatus {
  const last = lastTurn(heard)?.kind;
  const isAsked = exit.asked !== undefined && (exit.code !== 0 || stream.lastTurn === 'open');
  const isDead = exit.signal !== undefined || INTERRUPTED_CODES.has(exit.code);
  if (isDead || isAsked || last === 'turn_interrupted') return 'interrupted';
  if (exit.code === 124 && isTimeLimited) return 'timeout';
  const hasFailed = result !== undefined ? result.kind === 'turn_failed' : last === 'turn_failed';
  if (exit.code !== 0 || hasFailed || stream.lastTurn === 'failed') return 'failed';
  return 'ok';
}

function lastTurn(heard: ClientSignal[]): ClientSignal | undefined {
  return heard.findLast(({ kind }) => /^turn_(?:end|failed|interrupted)$/.test(kind));
}

function sessionOf({ stream, result, heard }: RunFacts): { client_session?: string } {
  const session = stream.thread || result?.session || heard.findLast(signal => signal.session)?.session;
  return session ? { client_session: session } : {};
}
