/** What the daemon itself is asked: whether it is there, what it does, and to end. */
import type { Listening } from './daemon.js';
import type { Reply, Request } from './request.js';

const DONE: Reply = { status: 0, prints: [] };

export class Errands {
  listening: Listening | undefined;
  private readonly startedAt = new Date().toISOString();

  /** @param end called after the answer to `shutdown` */
  constructor(
    private readonly root: string,
    private readonly end: () => void,
  ) {}

  /** @returns undefined for a request of another name */
  answer({ name }: Request): Reply | undefined {
    if (name === 'ping') return DONE;
    if (name === 'shutdown') {
      setImmediate(this.end);
      return DONE;
    }
    if (name !== 'status') return undefined;
    const bytes = Buffer.from(`${JSON.stringify(this.facts())}\n`);
    return { status: 0, prints: [{ stream: 'output', bytes }] };
  }

  private facts(): Record<string, unknown> {
    const { server, path } = this.listening ?? {};
    return {
      ...{ running: true, pid: process.pid, root: this.root, socket: path, started_at: this.startedAt },
      ...{ clients: server?.clients ?? 0, served: server?.served ?? 0, rss_bytes: process.memoryUsage.rss() },
    };
  }
}
