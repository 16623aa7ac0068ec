/** What most commands need first: the place, its configuration, and a way to write there. */
import type { DayOptions } from '../ledger/day.js';
import { readConfig, sessionIdleMs } from '../ledger/settings.js';
import type { Config } from '../record/config.js';
import { compileRules } from '../redact/rules.js';
import { locate, openWorkspace, type Place, type Workspace } from '../root/workspace.js';
import type { Call } from './command.js';

export interface Context {
  place: Place;
  config: Config;
  dayOptions: DayOptions;
  /** Settles the writer id, so only commands that write call it. */
  openForWriting(): Workspace;
}

/**
 * @param root when the command knows it by itself
 * @throws Failure `setup` without a root, `data` for a bad configuration
 */
export function openContext(call: Call, root = call.args.value('root')): Context {
  const { warm } = call.io;
  return warm ? warm.contextOf(call, root, lookUp) : lookUp(call, root);
}

function lookUp({ io, warn }: Call, root: string | undefined): Context {
  const place = locate({ cwd: io.cwd, flag: root, environment: io.environment });
  const config = readConfig(place.root, io.environment, warn);
  const rules = compileRules(config.redact);
  io.messageRules = rules;
  const lockTimeoutMs = config.ledger.lock_timeout_s * 1000;
  return {
    place,
    config,
    dayOptions: { sessionIdleMs: sessionIdleMs(config), warn, rules, ids: io.warm?.ids },
    openForWriting: () => openWorkspace(place, { clock: io.clock, lockTimeoutMs }),
  };
}
