/**
 * Contexts of one moment: calls that arrive together, from the same directory with the same environment, find the same
 * root and the same configuration, so they are looked up once. With the next turn of the event loop all is looked up
 * anew, and nothing that a person changes goes unseen.
 */
import type { Workspace } from '../../root/workspace.js';
import type { Call } from '../command.js';
import type { Context } from '../context.js';

interface Known {
  context: Context;
  workspace: Workspace | undefined;
}

export class Moment {
  private readonly contexts = new Map<string, Known>();

  /** @param open looks everything up */
  readonly contextOf = (
    call: Call,
    root: string | undefined,
    open: (call: Call, root: string | undefined) => Context,
  ): Context => {
    const { io } = call;
    const key = [io.cwd, root ?? '', ...Object.entries(io.environment).flat()].join('\0');
    const known = this.contexts.get(key) ?? this.begin(key, call, root, open);
    if (known === undefined) return open(call, root);
    const { place, config, dayOptions } = known.context;
    io.messageRules = dayOptions.rules!;
    return {
      ...{ place, config, dayOptions: { ...dayOptions, warn: call.warn } },
      openForWriting: () => {
        known.workspace ??= known.context.openForWriting();
        return { ...known.workspace, clock: io.clock };
      },
    };
  };

  /** @returns undefined when there is something to say about the configuration, to each caller */
  private begin(key: string, ...[call, root, open]: Parameters<Moment['contextOf']>): Known | undefined {
    let isSilent = true;
    const warn = (): void => {
      isSilent = false;
    };
    const context = open({ ...call, warn }, root);
    if (!isSilent) return undefined;
    if (this.contexts.size === 0) setImmediate(() => this.contexts.clear());
    const known = { context, workspace: undefined };
    this.contexts.set(key, known);
    return known;
  }
}
