/**
 * A model of a git remote with one branch: commits that are never altered, a ref that moves only by compare-and-swap, and a
 * network that delays, loses, doubles and reorders what is sent and what is answered.
 */
import { Failure } from '../../../tools/lib/failure.js';
import type { CommitDraft, TreeReader } from '../../../tools/lib/git/build-commit.js';
import type { PushResult } from '../../../tools/lib/git/push.js';
import type { BranchAccess } from '../../../tools/lib/sync/advance.js';
import type { Arrival } from '../../../tools/lib/sync/parts.js';
import type { World } from './world.js';

interface Commit {
  parent: string | undefined;
  /** The writer that made it. */
  name: string;
  /** By path. */
  tree: Map<string, Buffer>;
  message: string;
}

const TIMEOUT_MS = 5000;

export interface Weather {
  /** Chances that a message is lost, doubled, or comes after everybody has given up. */
  lost: number;
  doubled: number;
  late: number;
}

export class Remote {
  tip: string | undefined;
  isDown = false;
  /** Every message arrives, as far as was planned so far. */
  isFair: boolean;
  refuses = false;
  readonly commits = new Map<string, Commit>();
  /** Called when a commit became the tip. */
  landed: (commit: string) => void = () => undefined;

  constructor(
    private readonly world: World,
    private readonly weather: Weather,
  ) {
    this.isFair = weather.lost === 0;
  }

  isAncestor(older: string, newer: string): boolean {
    for (let at: string | undefined = newer; at; at = this.commits.get(at)!.parent)
      if (at === older) return true;
    return false;
  }

  rewind(count: number): void {
    for (let left = count; left > 0 && this.tip; left--) this.tip = this.commits.get(this.tip)!.parent;
  }

  /** @param step called at each point where the process can die */
  accessFor(step: () => void): BranchAccess {
    return {
      build: (parent, decide) => this.build(parent, decide, step),
      push: async (commit, expected) => {
        step();
        const result = await this.push(commit, expected);
        step();
        return result;
      },
      fetch: async () => {
        step();
        const tip = await this.call(() => ({ tip: this.tip }));
        step();
        if (!tip) throw new Failure('offline', 'the remote cannot be reached');
        return tip.tip;
      },
      isAncestor: async (older, newer) => this.isAncestor(older, newer),
    };
  }

  private async build(
    parent: string | undefined,
    decide: (tree: TreeReader) => Promise<CommitDraft | undefined>,
    step: () => void,
  ): Promise<string | undefined> {
    step();
    const before = parent === undefined ? new Map<string, Buffer>() : this.commits.get(parent)!.tree;
    const draft = await decide({ read: async path => before.get(path) });
    step();
    if (!draft) return undefined;
    const tree = new Map(before);
    for (const { path, content } of draft.changes) {
      if (typeof content === 'string') tree.set(path, Buffer.from(content));
      else throw new Error(`claims are written as text: ${path}`);
    }
    const id = String(this.commits.size + 1).padStart(40, '0');
    this.commits.set(id, { parent, tree, name: draft.name, message: draft.message });
    draft.meanwhile?.();
    step();
    return id;
  }

  private async push(commit: string, expected: string | undefined): Promise<PushResult> {
    const outcome = await this.call(() => {
      if (this.refuses || this.tip !== expected) return 'refused';
      this.tip = commit;
      this.landed(commit);
      return 'landed';
    });
    return { outcome: outcome ?? 'unknown', words: `push: ${outcome ?? 'no answer'}` };
  }

  /** @returns what the server answered; undefined when nobody heard it in time */
  private call<T>(serve: () => T): Promise<T | undefined> {
    const { world, weather } = this;
    return new Promise(resolve => {
      const arrive = (): void => {
        if (this.isDown) return;
        // Somebody on the way may send it again, and pass on either answer.
        const first = serve();
        const answer = world.chance(weather.doubled) && world.chance(0.5) ? serve() : first;
        if (!world.chance(weather.lost)) world.after(this.delayMs(), () => resolve(answer));
      };
      world.after(TIMEOUT_MS, () => resolve(undefined));
      if (!world.chance(weather.lost)) world.after(this.delayMs(), arrive);
    });
  }

  private delayMs(): number {
    const { world, weather } = this;
    return world.chance(weather.late) ? world.below(4 * TIMEOUT_MS) : 5 + world.below(200);
  }

  /** What changed between two tips, as git tells it. */
  arrival(from: string | undefined, to: string): Arrival {
    const before = from === undefined ? new Map<string, Buffer>() : this.commits.get(from)!.tree;
    const { tree } = this.commits.get(to)!;
    const changes = [...new Set([...before.keys(), ...tree.keys()])].sort().flatMap(path => {
      const was = before.get(path);
      const is = tree.get(path);
      if (is && was?.equals(is)) return [];
      const kind = is ? (was ? 'changed' : 'added') : 'removed';
      return [{ path, kind, mode: '100644', id: path, before: undefined } as const];
    });
    return {
      ...{ from, to, changes },
      read: async function* (ids) {
        for (const id of ids) yield { id, content: tree.get(id), size: tree.get(id)!.length };
      },
    };
  }
}
