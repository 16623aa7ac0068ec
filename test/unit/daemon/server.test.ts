/** The server over real sockets: what a client may do, and what it costs the others. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../../tools/lib/daemon/exchange.js';
import { FrameReader, frameOf } from '../../../tools/lib/daemon/frame.js';
import { decodeReply, encodeRequest, type Reply, type Request } from '../../../tools/lib/daemon/request.js';
import { RequestServer } from '../../../tools/lib/daemon/server.js';
import { temporaryDirectory } from '../../support/workspace.js';

const call = (...argv: string[]): Buffer =>
  encodeRequest({
    ...{ name: 'echo', argv, cwd: '/', environment: {}, terminals: '', columns: 80, input: undefined },
  });

/** Answers with the arguments; the first is how long it takes, ms. */
async function echo({ argv }: Request): Promise<Reply> {
  const [pauseMs, ...words] = argv;
  if (Number(pauseMs) > 0) await new Promise(resolve => setTimeout(resolve, Number(pauseMs)));
  return { status: 0, prints: [{ stream: 'output', bytes: Buffer.from(words.join(' ')) }] };
}

const LIMITS = { readTimeoutMs: 200, lifetimeMs: 60_000 };

async function serve(
  handle = echo,
  limits = LIMITS,
): Promise<{ server: RequestServer; path: string; warnings: string[] }> {
  const path = join(temporaryDirectory(), 's');
  const warnings: string[] = [];
  const server = new RequestServer({ handle, limits, warn: message => warnings.push(message) });
  await server.listen(path);
  onTestFinished(() => server.drain(0));
  return { server, path, warnings };
}

/** A client that keeps what it is sent. */
function open(path: string): {
  socket: Socket;
  closed: Promise<void>;
  replies: (count: number) => Promise<string[]>;
} {
  const socket = connect(path);
  const reader = new FrameReader();
  const heard: string[] = [];
  let wake = (): void => undefined;
  socket.on('error', () => undefined);
  socket.on('data', chunk => {
    for (const frame of reader.push(chunk)) {
      const reply = decodeReply(frame);
      heard.push(
        reply === undefined ? '…' : Buffer.concat(reply.prints.map(({ bytes }) => bytes)).toString(),
      );
    }
    wake();
  });
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  const replies = async (count: number): Promise<string[]> => {
    while (heard.filter(text => text !== '…').length < count)
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    return heard;
  };
  return { socket, closed, replies };
}

test('requests of one client are answered in their order, however long each takes', async () => {
  const { path } = await serve();
  const { socket, replies } = open(path);
  socket.write(Buffer.concat([call('30', 'a'), call('0', 'b'), call('15', 'c')]));
  expect((await replies(3)).filter(text => text !== '…')).toEqual(['a', 'b', 'c']);
});

test('who waits long hears that somebody works on it, before it has waited for 50 ms', async () => {
  const { path } = await serve();
  const { socket, replies } = open(path);
  const sentMs = performance.now();
  socket.write(call('120', 'a'));
  const first = new Promise<number>(resolve =>
    socket.once('data', () => resolve(performance.now() - sentMs)),
  );
  expect(await first).toBeLessThan(120);
  const heard = await replies(1);
  expect(heard[0]).toBe('…');
  expect(heard.at(-1)).toBe('a');
});

test.each([
  ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['10 MiB and one byte', Buffer.from('10485761:')],
  ['a frame that is no request', frameOf(['hello'])],
])('%s is turned away, and others are served', async (_what, bytes) => {
  const { path, warnings } = await serve();
  const { socket, closed } = open(path);
  socket.write(bytes);
  await closed;
  expect(warnings).toHaveLength(1);
  expect(await exchange(path, call('0', 'still there'), 5000)).toMatchObject({ status: 0 });
});

test('a request of nearly 10 MiB is served', async () => {
  const { path } = await serve(async ({ argv }) => ({
    status: 0,
    prints: [{ stream: 'output', bytes: Buffer.from(String(argv[0]!.length)) }],
  }));
  const { socket, replies } = open(path);
  socket.write(call('x'.repeat(10_400_000)));
  expect((await replies(1)).at(-1)).toBe('10400000');
});

test('a client that stalls in the middle of a request is turned away, one that says nothing is not', async () => {
  const { path, server } = await serve();
  const silent = open(path);
  const stalled = open(path);
  const bytes = call('0', 'a');
  for (const byte of bytes.subarray(0, 4)) {
    stalled.socket.write(Buffer.of(byte));
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await stalled.closed;
  while (server.clients > 1) await new Promise(resolve => setTimeout(resolve, 5));
  silent.socket.write(bytes);
  expect(await silent.replies(1)).toEqual(['a']);
});

test('a client that fetches no replies is turned away', async () => {
  const { path } = await serve(async () => ({
    status: 0,
    prints: [{ stream: 'output', bytes: Buffer.alloc(1_000_000) }],
  }));
  const socket = connect(path);
  socket.pause();
  socket.on('error', () => undefined);
  const closed = new Promise(resolve => socket.once('close', resolve));
  socket.write(Buffer.concat(Array.from({ length: 40 }, () => call('0'))));
  await new Promise(resolve => setTimeout(resolve, 600));
  socket.resume();
  await closed;
});

test('an old connection is ended after what it asked was answered', async () => {
  const { path } = await serve(echo, { ...LIMITS, lifetimeMs: 100 });
  const { socket, closed, replies } = open(path);
  socket.write(call('200', 'late'));
  expect((await replies(1)).at(-1)).toBe('late');
  await closed;
});

test('draining answers what is in flight, and takes no more', async () => {
  const { path, server } = await serve();
  const busy = open(path);
  const idle = open(path);
  busy.socket.write(call('50', 'done'));
  await new Promise(resolve => setTimeout(resolve, 20));
  await server.drain(5000);
  expect((await busy.replies(1)).at(-1)).toBe('done');
  await Promise.all([busy.closed, idle.closed]);
  expect(await exchange(path, call('0'), 1000)).toBeUndefined();
});

test('a client that keeps its side open does not hold up the end', async () => {
  const { path, server } = await serve();
  const socket = connect({ path, allowHalfOpen: true });
  await new Promise(resolve => socket.once('connect', resolve));
  socket.write(call('0', 'a'));
  await new Promise(resolve => socket.once('data', resolve));
  await server.drain(5000);
  socket.destroy();
});

test('what goes wrong in a call is not served, and said', async () => {
  const { path, warnings } = await serve(() => Promise.reject(new Error('oh')));
  expect(await exchange(path, call('0'), 1000)).toMatchObject({ status: undefined });
  expect(warnings[0]).toContain('this is a bug');
});
