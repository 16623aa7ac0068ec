/** What `mock-agent` answers: pure, so that the same script and history give the same answer. */
import { Failure } from '../../failure.js';
import { isMockScript } from '../../record/generated/is-mock-script.js';
import type { MockResponse, MockScript } from '../../record/generated/mock-script.js';
import { canonicalJson, parseJsonObject } from '../../record/json.js';
import { describeRecord } from '../describe.late.js';
import type { CommandMessage, EventMessage } from '../messages.js';

export type { MockResponse, MockScript };

/** @throws Failure `data` for anything but a script */
export function parseScript(text: string, what: string): MockScript {
  const value = parseJsonObject(text, what);
  if (isMockScript(value)) return value as unknown as MockScript;
  throw new Failure('data', `${what} is no script: ${describeRecord('script', value)}`);
}

/** What is remembered of a command, by its key. */
export interface Memory {
  /** Which response it got. */
  response: number;
  /** Of everything the command asked for. */
  payload: string;
  /** How many times it was asked. */
  asked: number;
  /** The work is done: an answer is sent again, and nothing else. */
  isDone: boolean;
}

/** Which response a command gets; undefined when none is left that fits. */
export function chooseResponse(
  { responses }: MockScript,
  command: CommandMessage,
  memories: ReadonlyMap<string, Memory>,
): number | undefined {
  const known = memories.get(command.idempotency_key);
  if (known) return known.response;
  const used = new Set([...memories.values()].map(({ response }) => response));
  const index = responses.findIndex((response, at) => !used.has(at) && fits(response, command));
  return index === -1 ? undefined : index;
}

function fits({ action, match = {} }: MockResponse, command: CommandMessage): boolean {
  const { step, iteration, idempotency_key, inputs = {} } = match;
  return (
    action === command.action &&
    (step ?? command.step) === command.step &&
    (iteration ?? command.iteration) === command.iteration &&
    (idempotency_key ?? command.idempotency_key) === command.idempotency_key &&
    Object.entries(inputs).every(
      ([key, value]) => canonicalJson(command.inputs[key] ?? null) === canonicalJson(value),
    )
  );
}

/** All of a command that its key stands for. */
export function payloadOf({
  step,
  agent,
  action,
  task_id,
  inputs,
  expected_outputs,
}: CommandMessage): string {
  return canonicalJson([step, agent, action, task_id, inputs, expected_outputs]);
}

export function answerOf(response: MockResponse, { idempotency_key }: CommandMessage): EventMessage {
  const { event = 'completed', status, summary, payload, artifacts } = response;
  return {
    ...{ schema_version: 1, kind: 'event', event, idempotency_key },
    ...(status !== undefined && { status }),
    ...(summary !== undefined && { summary }),
    ...(payload !== undefined && { payload }),
    ...(artifacts !== undefined && { artifacts }),
  };
}

export function errorAnswer(summary: string, { idempotency_key }: CommandMessage): EventMessage {
  return { schema_version: 1, kind: 'event', event: 'error', idempotency_key, summary };
}

export type Mishap = 'crash_before' | 'crash_after' | 'torn' | 'hang';

/** What goes wrong when a command is asked for the n-th time: each mishap so many times, one after the other. */
export function mishapOf(response: MockResponse, nth: number): Mishap | undefined {
  let left = nth;
  for (const mishap of ['crash_before', 'hang', 'crash_after', 'torn'] as const) {
    left -= response[mishap] ?? 0;
    if (left <= 0) return mishap;
  }
  return undefined;
}
