/**
 * A connection that is kept, for a program that calls often. Requests go out as they come and are answered in their
 * order. What is not answered, because nobody accepts in 50 ms or answers in 2 s, or the daemon ends, is told so: then
 * the executable has to do it. The next request connects anew.
 */
import type { Socket } from 'node:net';
import { builtin } from '../builtin.js';
import { Failure } from '../failure.js';
import { FrameReader } from './frame.js';
import { decodeReply, type Reply } from './request.js';

const FIRST_WORD_MS = 50;
const ANSWER_MS = 2000;

interface Waiting {
  resolve: (reply: Reply | undefined) => void;
  untilMs: number;
}

export class Lane {
  private socket: Socket | undefined;
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Somebody has spoken at the other end of this connection. */
  private isAccepted = false;

  /** @param sockets where the daemon may be, looked for at each connection */
  constructor(private readonly sockets: () => string[]) {}

  /** @returns undefined when nobody has answered: it may have been done or not */
  async ask(request: Buffer): Promise<Reply | undefined> {
    const socket = this.socket ?? this.open();
    if (socket === undefined) return undefined;
    return new Promise(resolve => {
      this.waiting.push({ resolve, untilMs: performance.now() + ANSWER_MS });
      socket.write(request);
      this.watch(this.isAccepted ? ANSWER_MS : FIRST_WORD_MS);
    });
  }

  close(): void {
    this.socket?.destroy();
    this.drop();
  }

  private open(): Socket | undefined {
    const [path] = this.sockets();
    if (path === undefined) return undefined;
    const socket = builtin('node:net').connect(path);
    const reader = new FrameReader();
    socket.on('data', chunk => this.hear(reader, chunk));
    // Whoever waits is told by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.socket === socket) this.drop();
    });
    this.socket = socket;
    return socket;
  }

  private hear(reader: FrameReader, chunk: Buffer): void {
    try {
      for (const frame of reader.push(chunk)) {
        const reply = decodeReply(frame);
        if (reply !== undefined) this.waiting.shift()?.resolve(reply);
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.close();
      return;
    }
    this.isAccepted = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    const [first] = this.waiting;
    if (first === undefined) this.socket?.unref();
    else this.watch(first.untilMs - performance.now());
  }

  /** The daemon says at least every 20 ms that it is at work. */
  private watch(timeoutMs: number): void {
    this.socket?.ref();
    this.timer ??= setTimeout(() => this.close(), Math.max(0, timeoutMs));
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.socket = undefined;
    this.isAccepted = false;
    const { waiting } = this;
    this.waiting = [];
    for (const { resolve } of waiting) resolve(undefined);
  }
}
