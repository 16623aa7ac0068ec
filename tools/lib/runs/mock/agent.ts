/**
 * An agent without a mind: it answers by a script, and misbehaves where the script says so. For each command: it
 * notes that it was asked; does the work (waits, writes files); notes that the work is done; answers. A key whose
 * work is done is answered from memory. A key that comes with another payload is an error.
 */
import { dirname, join } from 'node:path';
import { makePrivate } from '../../disk/directory.js';
import { replaceFile } from '../../disk/replace.js';
import { type AgentMessage, type CommandMessage, LONGEST_MESSAGE_BYTES } from '../messages.js';
import type { MockMemory } from './memory.js';
import {
  answerOf,
  chooseResponse,
  errorAnswer,
  type MockResponse,
  type MockScript,
  mishapOf,
  payloadOf,
} from './script.js';

export interface MockAgent {
  script: MockScript;
  memory: MockMemory;
  /** Where it writes files. */
  cwd: string;
  print(text: string): void;
}

const HEARTBEAT_S = 10;

export async function answerCommand(agent: MockAgent, command: CommandMessage): Promise<void> {
  const { script, memory } = agent;
  const key = command.idempotency_key;
  const payload = payloadOf(command);
  const index = chooseResponse(script, command, memory.byKey);
  if (index === undefined) {
    send(agent, errorAnswer(`the script has no answer left for ${command.action}`, command));
    return;
  }
  if ((memory.byKey.get(key)?.payload ?? payload) !== payload) {
    send(agent, errorAnswer(`the key ${key} stands for another payload already`, command));
    return;
  }
  memory.note({ note: 'asked', key, response: index, payload });
  const response = script.responses[index]!;
  const { asked, isDone } = memory.byKey.get(key)!;
  const mishap = mishapOf(response, asked);
  if (mishap === 'crash_before') die();
  if (mishap === 'hang') await new Promise(resolve => setTimeout(resolve, 3_600_000));
  if (!isDone) {
    await work(agent, response);
    memory.note({ note: 'done', key, response: index, payload });
  }
  if (mishap === 'crash_after') die();
  answer(agent, response, command, mishap === 'torn');
}

/** Waits, beating, and writes what there is to write. */
async function work(agent: MockAgent, response: MockResponse): Promise<void> {
  const { script, cwd } = agent;
  for (const message of response.logs ?? []) send(agent, { kind: 'log', level: 'info', message });
  const beat = (): void => send(agent, { kind: 'heartbeat', status: 'busy' });
  const isQuiet = response.lose_heartbeats === true;
  if (!isQuiet) beat();
  const timer = isQuiet ? undefined : setInterval(beat, (script.heartbeat_s ?? HEARTBEAT_S) * 1000);
  await new Promise(resolve => setTimeout(resolve, response.delay_ms ?? 0));
  clearInterval(timer);
  for (const [path, text] of Object.entries(response.writes ?? {})) {
    makePrivate(dirname(join(cwd, path)));
    replaceFile(join(cwd, path), text);
  }
}

function answer(agent: MockAgent, response: MockResponse, command: CommandMessage, isTorn: boolean): void {
  const event = answerOf(response, command);
  if (response.garbage) agent.print('Compiling…\n{"kind":"event"}\n[1,2\n');
  if (response.oversize) {
    agent.print(`${JSON.stringify({ ...event, payload: { fill: 'x'.repeat(LONGEST_MESSAGE_BYTES) } })}\n`);
    return;
  }
  if (isTorn) {
    const line = JSON.stringify(event);
    agent.print(line.slice(0, line.length / 2));
    die();
  }
  send(agent, event);
  if (response.duplicate) send(agent, event);
}

function send({ print }: MockAgent, message: AgentMessage): void {
  print(`${JSON.stringify(message)}\n`);
}

/** As a crash is: nothing is cleaned up. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
