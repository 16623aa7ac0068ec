/**
 * One client. Its requests are begun as they come and answered in their order. What it may cost is bounded: the bytes
 * of a frame, the time until a frame is whole, the requests in flight, the replies it does not fetch, and its life.
 */
import type { Socket } from 'node:net';
import { Failure } from '../failure.js';
import { FrameReader } from './frame.js';
import { decodeRequest, encodeReply, type Reply, type Request, STILL_WORKING } from './request.js';

export interface Limits {
  /** From the first byte of a request to its last, and for a reply to be fetched. */
  readTimeoutMs: number;
  lifetimeMs: number;
}

export type Handle = (request: Request) => Promise<Reply>;

/** Requests of one client that are worked on at the same time. */
const MOST_IN_FLIGHT = 256;
const MOST_UNFETCHED_BYTES = 4 * 1024 * 1024;

interface Pending {
  reply: Buffer | undefined;
  sinceMs: number;
}

export class Connection {
  private readonly reader = new FrameReader();
  private readonly pending: Pending[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly aging: NodeJS.Timeout;
  private isCorked = false;
  private isEnding = false;

  constructor(
    private readonly socket: Socket,
    private readonly handle: Handle,
    private readonly limits: Limits,
    private readonly warn: (message: string) => void,
  ) {
    socket.on('data', chunk => this.receive(chunk));
    socket.on('drain', () => this.resume());
    this.aging = setTimeout(() => this.end(), limits.lifetimeMs);
    socket.on('close', () => {
      this.stopWatch();
      clearTimeout(this.aging);
    });
    // A client that has gone is no news.
    socket.on('error', () => socket.destroy());
  }

  get isBusy(): boolean {
    return this.pending.length > 0 || this.socket.writableLength > 0;
  }

  /** No further requests are taken; what is in flight is answered. */
  end(): void {
    this.isEnding = true;
    this.socket.pause();
    if (this.pending.length === 0) this.close();
  }

  /** A client that keeps its side open is not waited for. */
  private close(): void {
    this.socket.end(() => this.socket.destroy());
  }

  /** Says to a client that has waited since before `sinceMs` that its request is being worked on. */
  reassure(sinceMs: number): void {
    const [first] = this.pending;
    if (first !== undefined && first.sinceMs <= sinceMs) this.socket.write(STILL_WORKING);
  }

  private receive(chunk: Buffer): void {
    try {
      const frames = this.reader.push(chunk);
      if (frames.length > 0) this.stopWatch();
      for (const frame of frames) this.begin(decodeRequest(frame));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.warn(`a client was turned away: ${error.message}`);
      this.socket.destroy();
      return;
    }
    if (this.isFull()) this.socket.pause();
    this.watch();
  }

  private isFull(): boolean {
    return this.pending.length >= MOST_IN_FLIGHT || this.socket.writableLength > MOST_UNFETCHED_BYTES;
  }

  /** A frame that has begun must end, and a reply that waits must be fetched. */
  private watch(): void {
    if (!this.reader.isInside && this.socket.writableLength === 0) this.stopWatch();
    else
      this.timer ??= setTimeout(() => {
        this.warn('a client was turned away: it stalled');
        this.socket.destroy();
      }, this.limits.readTimeoutMs);
  }

  private stopWatch(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private begin(request: Request): void {
    const pending: Pending = { reply: undefined, sinceMs: performance.now() };
    this.pending.push(pending);
    void this.handle(request).then(reply => {
      pending.reply = encodeReply(reply);
      this.flush();
    });
  }

  /** Writes what is answered, in order; replies that come together go out together. */
  private flush(): void {
    while (this.pending[0]?.reply !== undefined) {
      if (!this.isCorked) {
        this.isCorked = true;
        this.socket.cork();
        process.nextTick(() => this.uncork());
      }
      this.socket.write(this.pending.shift()!.reply!);
    }
  }

  private uncork(): void {
    this.isCorked = false;
    this.socket.uncork();
    if (this.isEnding && this.pending.length === 0) this.close();
    else this.resume();
  }

  private resume(): void {
    if (!this.isEnding && !this.isFull() && this.socket.isPaused()) this.socket.resume();
    this.watch();
  }
}
