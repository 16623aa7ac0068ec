/** What the options of `ledger-work` come to. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDuration } from '../../clock.js';
import { ifPresent } from '../../disk/errno.js';
import { Failure } from '../../failure.js';
import { CommandSource } from '../../work/command-source.js';
import { InboxSource } from '../../work/inbox-source.js';
import { PlanSource } from '../../work/plan-source.js';
import type { WorkSource } from '../../work/source.js';
import { pathPattern } from '../../workplans/glob.js';
import { ttlOf } from '../claims/subject.js';
import type { Call } from '../command.js';
import type { Context } from '../context.js';

export interface LoopOptions {
  command: string[];
  isOnce: boolean;
  most: number;
  concurrency: number;
  pollMs: number;
  ttl_s: number;
}

const MOST_AT_ONCE = 64;
const POLL_MS = 2000;
const GIT_TIMEOUT_MS = 30_000;

/** @throws Failure `usage`, `data` */
export function loopOptions(call: Call, context: Context): LoopOptions {
  const { args } = call;
  if (args.positionals.length === 0) {
    throw new Failure('usage', 'a command is needed: ledger-work --agent NAME -- command {task}');
  }
  const ttl_s = ttlOf(call, context) ?? context.config.claims.default_ttl_s;
  if (ttl_s === 0) throw new Failure('usage', '--ttl 0 would hold a task for ever; give a duration');
  return {
    command: args.positionals,
    isOnce: args.isSet('once'),
    most: countOf(call, 'max', Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY,
    concurrency: countOf(call, 'concurrency', MOST_AT_ONCE) ?? 1,
    pollMs: durationOf(call, 'poll') ?? POLL_MS,
    ttl_s,
  };
}

function countOf({ args }: Call, name: string, most: number): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= most) return count;
  throw new Failure(
    'data',
    `--${name} "${text}" is not a whole number from 1${most < 1e9 ? ` to ${most}` : ''}`,
  );
}

function durationOf({ args }: Call, name: string): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const durationMs = parseDuration(text);
  if (durationMs !== undefined && durationMs >= 10) return durationMs;
  throw new Failure('data', `--${name} "${text}" is not a duration like 500ms, 2s or 5m`);
}

/** @throws Failure `usage` for two kinds of sources */
export function sourceOf(call: Call, { place }: Context): WorkSource {
  const { args, io, warn } = call;
  const kinds = ['workplans', 'inbox', 'tasks'].filter(name => args.isSet(name));
  if (kinds.length > 1) throw new Failure('usage', `--${kinds[0]} and --${kinds[1]} do not go together`);
  const inbox = args.value('inbox');
  if (inbox !== undefined) return new InboxSource(inboxOf(resolve(io.cwd, inbox), call), warn);
  const tasks = args.value('tasks');
  if (tasks !== undefined)
    return new CommandSource(wordsOf(tasks), { ...io.environment, LEDGER_ROOT: place.root });
  const named = args.values('workplans').map(text => pathPattern(text, io.cwd));
  const places = named.length > 0 ? named : [{ path: place.root }];
  const git = { environment: io.environment, timeoutMs: GIT_TIMEOUT_MS };
  return new PlanSource({ place, places, git, clock: io.clock, warn });
}

/** The directory of the agent in it, whatever the case of its name; itself where there is none. */
function inboxOf(directory: string, { args, io }: Call): string {
  const agent = (args.value('agent') ?? io.environment.LEDGER_AGENT ?? '').toLowerCase();
  const names = ifPresent(`cannot list ${directory}`, () => readdirSync(directory));
  if (names === undefined) throw new Failure('missing', `there is no inbox ${directory}`);
  const own = names.find(name => agent !== '' && name.toLowerCase() === agent);
  return own === undefined ? directory : join(directory, own);
}

/** Words apart by spaces; what needs more than that belongs into a script. */
function wordsOf(text: string): string[] {
  const words = text.split(/\s+/).filter(word => word !== '');
  if (words.length > 0) return words;
  throw new Failure('usage', '--tasks needs a command');
}
