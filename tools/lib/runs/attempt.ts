/** One attempt at a step: what both kinds of agents have in common. */
import type { RunningCommand } from '../process/command.js';
import { startCommand } from '../process/command.js';
import type { Config } from '../record/config.js';
import type { Rules } from '../redact/rules.js';
import type { ResultNews } from './entry.js';
import type { AgentMessage, CommandMessage } from './messages.js';
import { OutputTail } from './output-tail.js';
import type { Step } from './plan.js';

export interface Attempt {
  step: Step;
  message: CommandMessage;
  directory: string;
  environment: Record<string, string | undefined>;
  settings: Omit<Config['runs'], 'agents'>;
  rules: Rules;
  /** A terminal reaches the agent by itself. */
  isOnTerminal: boolean;
  /** Aborted when the run has to stop: its lease is lost, or somebody asked. */
  stop: AbortSignal;
  /** What the agent says meanwhile. */
  onMessage(message: AgentMessage): void;
  warn(message: string): void;
}

/** What became of it, before anything is looked at but its answer. */
export interface Answer extends Pick<ResultNews, 'outcome' | 'reason' | 'exit_code' | 'event' | 'payload'> {
  /** Files it says it made. */
  artifacts: string[];
  /** The end of what it printed for people. */
  messages: string;
}

/** It was stopped, or somebody stopped it: what it did is unknown. */
export const STOPPED = 'stopped';

/** How long a command has to end when it is told to. */
export const GRACE_MS = 10_000;
/** How long after its end the output of a command is waited for: what it left running may hold it open. */
const LINGER_MS = 300;

export function failed(reason: string, of: Partial<Answer> = {}): Answer {
  return {
    ...{
      outcome: 'failed',
      reason,
      exit_code: null,
      event: null,
      payload: null,
      artifacts: [],
      messages: '',
    },
    ...of,
  };
}

export interface Agent {
  command: RunningCommand;
  tail: OutputTail;
  /** Once it has ended and its output is read. */
  ended: Promise<{ status: number; problem: string | undefined }>;
}

/** Starts the command of a step, its streams in our hands. @param onOutput told of its standard output */
export function startAgent(attempt: Attempt, onOutput: (chunk: Buffer) => void): Agent {
  const { step, environment, isOnTerminal, directory, message } = attempt;
  const command = startCommand(
    step.command,
    { ...environment, ...environmentOf(message) },
    { isOnTerminal, stdio: ['pipe', 'pipe', 'pipe'], cwd: directory },
  );
  const { stdin, stdout, stderr } = command.pipes;
  const tail = new OutputTail();
  stdout?.on('data', onOutput);
  stderr?.on('data', (chunk: Buffer) => tail.push(chunk));
  // Who does not read what is asked of it may end before it is written.
  stdin?.on('error', () => undefined);
  const stop = (): void => command.stop(GRACE_MS);
  if (attempt.stop.aborted) stop();
  attempt.stop.addEventListener('abort', stop, { once: true });
  const closed = Promise.all([stdout, stderr].map(stream => stream && closing(stream)));
  const ended = command.outcome.then(async ({ status, problem }) => {
    attempt.stop.removeEventListener('abort', stop);
    if (problem === undefined) await within(LINGER_MS, closed);
    for (const stream of [stdin, stdout, stderr]) stream?.destroy();
    return { status, problem };
  });
  return { command, tail, ended };
}

const closing = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise(resolve => {
    stream.once('close', resolve);
    stream.once('end', resolve);
  });

/** Returns once `promise` has settled, or after `durationMs`. */
export async function within(durationMs: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise(resolve => {
    timer = setTimeout(resolve, durationMs);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

/** Whether the run, or somebody directly, made the agent stop. */
export function isStopped({ stop }: Attempt, { command }: Agent): boolean {
  return stop.aborted || ENDING.has(command.lastSignal() ?? '');
}

const ENDING = new Set<string>(['SIGINT', 'SIGTERM', 'SIGHUP']);

/** What the agent finds in its environment. */
function environmentOf(message: CommandMessage): Record<string, string> {
  return {
    LEDGER_RUN_ID: message.run,
    LEDGER_STEP: message.step,
    LEDGER_ACTION: message.action,
    LEDGER_ITERATION: String(message.iteration),
    LEDGER_ATTEMPT: String(message.attempt),
    LEDGER_IDEMPOTENCY_KEY: message.idempotency_key,
    LEDGER_SNAPSHOT_ID: message.snapshot_id,
    LEDGER_TASK_ID: message.task_id,
    LEDGER_LEASE_ID: message.lease_id,
    LEDGER_EPOCH: String(message.epoch),
  };
}
