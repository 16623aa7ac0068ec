/** What the daemon itself is asked: whether it is there, what it does, and to end. */
import { agentName } from '../record/ids.js';
import type { Chores } from './chores.js';
import type { Listening } from './daemon.js';
import type { Registrations } from './registrations.js';
import type { Reply, Request } from './request.js';

const DONE: Reply = { status: 0, prints: [] };

export class Errands {
  listening: Listening | undefined;
  private readonly startedAt = new Date().toISOString();

  /** @param end called after the answer to `shutdown` */
  constructor(
    private readonly root: string,
    private readonly chores: Chores,
    private readonly registrations: Registrations,
    private readonly end: () => void,
  ) {}

  /** @returns undefined for a request of another name */
  answer({ name, argv }: Request): Reply | undefined {
    if (name === 'ping') return DONE;
    if (name === 'shutdown') {
      setImmediate(this.end);
      return DONE;
    }
    if (name === 'register') this.registrations.add(agentName(argv[0] ?? ''), Number(argv[1]));
    if (name === 'unregister') this.registrations.remove(agentName(argv[0] ?? ''));
    if (name === 'register' || name === 'unregister') return DONE;
    if (name !== 'status') return undefined;
    const bytes = Buffer.from(`${JSON.stringify(this.facts())}\n`);
    return { status: 0, prints: [{ stream: 'output', bytes }] };
  }

  private facts(): Record<string, unknown> {
    const { server, path } = this.listening ?? {};
    return {
      ...{ running: true, pid: process.pid, root: this.root, socket: path, started_at: this.startedAt },
      ...{ clients: server?.clients ?? 0, served: server?.served ?? 0, rss_bytes: process.memoryUsage.rss() },
      agents: this.registrations.alive(),
      ...this.chores.lines(),
    };
  }
}
