/** Listening on a socket and answering whoever connects. */
import type { Server, Socket } from 'node:net';
import { builtin } from '../builtin.js';
import { Connection, type Handle, type Limits } from './connection.js';
import { NOT_SERVED } from './request.js';

export interface ServerOptions {
  handle: Handle;
  limits: Limits;
  warn(message: string): void;
}

/** A client falls back when it has heard nothing for 50 ms. */
const REASSURE_MS = 20;
const MOST_CONNECTIONS = 512;

export class RequestServer {
  private readonly connections = new Set<Connection>();
  private readonly server: Server;
  private timer: NodeJS.Timeout | undefined;
  private inFlight = 0;
  /** When the last request ended, by `performance.now()`. */
  lastUsedMs = performance.now();
  /** Requests answered. */
  served = 0;

  constructor(private readonly options: ServerOptions) {
    this.server = builtin('node:net').createServer(socket => this.accept(socket));
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  get isBusy(): boolean {
    return this.inFlight > 0;
  }

  get clients(): number {
    return this.connections.size;
  }

  /** Resolves when clients can connect. @throws whatever the system refuses, e.g. EADDRINUSE */
  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, () => {
        this.server.off('error', reject);
        // Too many open files: the client falls back, and the next one may find room again.
        this.server.on('error', error => this.options.warn(`cannot take a client: ${error.message}`));
        resolve();
      });
    });
  }

  /** Takes no more requests, answers those in flight, and resolves when all clients have gone or time is up. */
  async drain(timeoutMs: number): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()));
    for (const connection of this.connections) connection.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([closed, late]);
    clearTimeout(timer);
  }

  private accept(socket: Socket): void {
    const { limits, warn } = this.options;
    const connection = new Connection(socket, request => this.handle(request), limits, warn);
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
  }

  private async handle(request: Parameters<Handle>[0]): ReturnType<Handle> {
    this.inFlight++;
    this.timer ??= setTimeout(() => this.reassure(), REASSURE_MS);
    try {
      return await this.options.handle(request);
    } catch (error) {
      this.options.warn(`this is a bug, please report it: ${error instanceof Error ? error.stack : error}`);
      return NOT_SERVED;
    } finally {
      this.inFlight--;
      this.served++;
      this.lastUsedMs = performance.now();
    }
  }

  private reassure(): void {
    this.timer = undefined;
    if (this.inFlight === 0) return;
    const sinceMs = performance.now() - REASSURE_MS / 2;
    for (const connection of this.connections) connection.reassure(sinceMs);
    this.timer = setTimeout(() => this.reassure(), REASSURE_MS);
  }
}
