/**
 * An agent that speaks NDJSON. It is told the command on its standard input, which then ends, and answers with one
 * terminal event; whatever comes after that changes nothing. Any message is a sign of life; three heartbeats
 * without one mean that it is stuck. An agent that is stuck, or ends without an answer, is started again under
 * the same key, after a pause that doubles. The deadline of the attempt holds for all of it.
 */
import { shorten } from '../record/ids.js';
import { redactData } from '../redact/redact-data.js';
import {
  type Agent,
  type Answer,
  type Attempt,
  failed,
  GRACE_MS,
  isStopped,
  STOPPED,
  startAgent,
  within,
} from './attempt.js';
import {
  type EventMessage,
  LineReader,
  LONGEST_MESSAGE_BYTES,
  outcomeOf,
  parseAgentMessage,
} from './messages.js';

/** How a conversation ended. */
type End =
  | { kind: 'event'; event: EventMessage }
  /** It may go better when it is started again. */
  | { kind: 'gone'; reason: string; exit_code: number | null }
  | { kind: 'hopeless'; reason: string; exit_code: number | null }
  | { kind: typeof STOPPED };

const MISSES = 3;
const LONGEST_PAUSE_MS = 30_000;
/** How long an agent may go on after its answer. */
const FAREWELL_MS = 5000;
/** What asks for changes goes into the next command, which has to hold it. */
const LONGEST_FEEDBACK_BYTES = 192 * 1024;

export async function converse(attempt: Attempt): Promise<Answer | typeof STOPPED> {
  const { settings, step, warn } = attempt;
  const endMs = performance.now() + step.timeout_s * 1000;
  let pauseMs = settings.backoff_s * 1000;
  for (let restarts = 0; ; restarts++) {
    const { end, messages } = await converseOnce(attempt, endMs - performance.now());
    if (end.kind === STOPPED) return STOPPED;
    if (end.kind === 'event') return answerOf(end.event, attempt, messages);
    const { reason, exit_code } = end;
    if (end.kind === 'hopeless') return failed(reason, { exit_code, messages });
    if (restarts === settings.restarts) {
      return failed(restarts > 0 ? `${reason}, ${restarts + 1} times` : reason, { exit_code, messages });
    }
    warn(`${step.id}: ${reason}; starting it again`);
    const restMs = Math.max(0, endMs - performance.now());
    await within(Math.min(pauseMs, LONGEST_PAUSE_MS, restMs), aborted(attempt.stop));
    pauseMs *= 2;
    if (attempt.stop.aborted) return STOPPED;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function converseOnce(attempt: Attempt, restMs: number): Promise<{ end: End; messages: string }> {
  const { message, settings, step, rules } = attempt;
  let settle: (end: End) => void = () => undefined;
  const settled = new Promise<End>(resolve => {
    settle = resolve;
  });
  const silenceMs = settings.heartbeat_s * MISSES * 1000;
  const isStuck = (): void =>
    settle({ kind: 'gone', reason: `it missed ${MISSES} heartbeats`, exit_code: null });
  let silence = setTimeout(isStuck, silenceMs);
  const reader = new LineReader();
  const agent = startAgent(attempt, chunk => {
    clearTimeout(silence);
    silence = setTimeout(isStuck, silenceMs);
    for (const line of reader.push(chunk)) {
      const event = hear(line, attempt, agent);
      if (event) settle({ kind: 'event', event });
    }
    if (reader.isOversize) settle(hopeless(`it sent a message of more than ${LONGEST_MESSAGE_BYTES} bytes`));
  });
  const deadline = setTimeout(settle, restMs, hopeless(`it took longer than ${step.timeout_s} s`));
  agent.command.pipes.stdin?.end(`${JSON.stringify(message)}\n`);
  void agent.ended.then(ended => settle(endOf(attempt, agent, ended)));
  const end = await settled;
  clearTimeout(silence);
  clearTimeout(deadline);
  await dismiss(agent, end);
  const stopped = end.kind !== 'event' && isStopped(attempt, agent);
  return { end: stopped ? { kind: STOPPED } : end, messages: agent.tail.text(rules) };
}

const hopeless = (reason: string): End => ({ kind: 'hopeless', reason, exit_code: null });

/** @returns the event that decides */
function hear(
  line: Buffer,
  { message, step, onMessage, warn }: Attempt,
  agent: Agent,
): EventMessage | undefined {
  const heard = parseAgentMessage(line);
  if (heard.kind === 'none') {
    agent.tail.push(Buffer.concat([line, Buffer.from('\n')]));
    if (line.length > 0)
      warn(`${step.id}: a line on its standard output ${heard.problem}; it is passed over`);
    return undefined;
  }
  if (heard.kind === 'event') {
    const key = heard.idempotency_key;
    if (key !== undefined && key !== message.idempotency_key) {
      warn(`${step.id}: an event is about another command; it is passed over`);
      return undefined;
    }
    if (outcomeOf(heard) !== undefined) return heard;
  }
  onMessage(heard);
  return undefined;
}

function endOf(attempt: Attempt, agent: Agent, { status, problem }: Awaited<Agent['ended']>): End {
  if (isStopped(attempt, agent)) return { kind: STOPPED };
  if (problem !== undefined) {
    return {
      kind: 'hopeless',
      reason: `${shorten(attempt.step.command[0]!)}: ${problem}`,
      exit_code: status,
    };
  }
  return { kind: 'gone', reason: `it ended with status ${status} and no answer`, exit_code: status };
}

/** Sees to it that the agent ends: it has said what there was to say, or cannot any more. */
async function dismiss({ command, ended }: Agent, { kind }: End): Promise<void> {
  if (kind === 'event') await within(FAREWELL_MS, ended);
  command.stop(kind === 'event' ? FAREWELL_MS : GRACE_MS);
  await ended;
}

function answerOf(event: EventMessage, { rules }: Attempt, messages: string): Answer {
  const outcome = outcomeOf(event)!;
  const said = { ...(event.summary !== undefined && { summary: event.summary }), ...event.payload };
  const payload = redactData(said, rules).data;
  const answer = { event: event.event, payload, messages, artifacts: event.artifacts ?? [] };
  const isTooMuch =
    outcome === 'changes_requested' && Buffer.byteLength(JSON.stringify(payload)) > LONGEST_FEEDBACK_BYTES;
  if (isTooMuch) {
    const limit = `${LONGEST_FEEDBACK_BYTES / 1024} KiB`;
    return failed(`it asks for changes in more than ${limit}; name a file instead`, { messages });
  }
  if (outcome !== 'failed') return { ...failed(''), outcome, reason: null, ...answer };
  const summary = typeof payload.summary === 'string' ? payload.summary : `it answered "${event.event}"`;
  return failed(summary, answer);
}
