/**
 * A model on loopback that answers as a script says: first it calls a tool, then it says a sentence. It speaks
 * as much of Anthropic's Messages API and OpenAI's Responses API as Claude Code and Codex need.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubModel {
  url: string;
  /** Answers every request with an error from now on. */
  fail(): void;
  /** Leaves every request without an answer from now on. */
  hang(): void;
  close(): Promise<void>;
}

export const SENTENCE = 'Hi from the stub model.';
/** Claude Code counts what it reads from a cache beside the input, Codex within it. */
const USAGE = { input: 900, cached: 100, output: 17 };

type Mode = 'answer' | 'fail' | 'hang';

/** @param command what the tool call runs in a shell */
export async function startStubModel(command: string): Promise<StubModel> {
  let mode: Mode = 'answer';
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => answer(request, response, { body, mode, command }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: () => {
      mode = 'fail';
    },
    hang: () => {
      mode = 'hang';
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function answer(
  { url = '', method }: IncomingMessage,
  response: ServerResponse,
  { body, mode, command }: { body: string; mode: Mode; command: string },
): void {
  const isModel = method === 'POST' && /\/(?:messages|responses)(?:\?|$)/.test(url);
  if (!isModel) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  if (mode === 'hang') return;
  if (mode === 'fail') {
    const error = { type: 'invalid_request_error', message: 'stub failure', code: 'stub_failure' };
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ type: 'error', error }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const isOpenAi = /\/responses/.test(url);
  const events = isOpenAi ? openAiEvents(body, command) : anthropicEvents(body, command);
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

type StreamEvent = { type: string } & Record<string, unknown>;

function anthropicEvents(body: string, command: string): StreamEvent[] {
  const request = JSON.parse(body) as { tools?: { name: string }[]; model: string };
  const isAsked = body.includes('"tool_result"') || !request.tools?.some(({ name }) => name === 'Bash');
  const usage = {
    ...{ input_tokens: USAGE.input, cache_read_input_tokens: USAGE.cached, cache_creation_input_tokens: 0 },
    output_tokens: 1,
  };
  const id = `msg_${Math.random().toString(36).slice(2)}`;
  const message = { id, type: 'message', role: 'assistant', model: request.model, content: [], usage };
  const block = isAsked
    ? { type: 'text', text: '' }
    : { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input: {} };
  const delta = isAsked
    ? { type: 'text_delta', text: SENTENCE }
    : { type: 'input_json_delta', partial_json: JSON.stringify({ command, description: 'Write a file' }) };
  const stop_reason = isAsked ? 'end_turn' : 'tool_use';
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: USAGE.output },
    },
    { type: 'message_stop' },
  ];
}

function openAiEvents(body: string, command: string): StreamEvent[] {
  const isAsked = body.includes('"function_call_output"');
  const names = [...body.matchAll(/"name":"(exec_command|shell_command|shell)"/g)].map(part => part[1]!);
  const name = names[0] ?? 'shell';
  const input = { exec_command: { cmd: command }, shell_command: { command } }[name] ?? {
    command: ['bash', '-lc', command],
  };
  const item = isAsked
    ? {
        ...{ type: 'message', role: 'assistant', id: 'msg_1' },
        content: [{ type: 'output_text', text: SENTENCE }],
      }
    : { type: 'function_call', id: 'fc_1', call_id: 'call_1', name, arguments: JSON.stringify(input) };
  const usage = {
    ...{ input_tokens: USAGE.input + USAGE.cached, input_tokens_details: { cached_tokens: USAGE.cached } },
    ...{ output_tokens: USAGE.output, output_tokens_details: { reasoning_tokens: 3 } },
    total_tokens: USAGE.input + USAGE.cached + USAGE.output,
  };
  const id = `resp_${Math.random().toString(36).slice(2)}`;
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id, usage } },
  ];
}
