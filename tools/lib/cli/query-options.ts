/** The options of `ledger-query`, parsed: what is wanted. */
import type { Clock } from '../clock.js';
import { Failure } from '../failure.js';
import type { Filter } from '../ledger/filter.js';
import { type Period, parseMoment } from '../ledger/period.js';
import { agentName, canonicalTaskId, shorten } from '../record/ids.js';
import type { Option, Parsed } from './command.js';

export const QUERY_OPTIONS: Option[] = [
  { name: 'agent', value: 'NAME[,NAME]', text: 'only events of these agents', complete: 'agent' },
  { name: 'event', value: 'NAME[,NAME]', text: 'only these events', complete: 'event' },
  { name: 'task', value: 'ID', text: 'only events of this task', complete: 'task' },
  { name: 'session', value: 'ID', text: 'only events of this session', complete: 'session' },
  { name: 'source', value: 'NAME', text: 'only events that this program reported' },
  { name: 'text', value: 'TEXT', text: 'only events with TEXT in the summary or data, in any case' },
  {
    name: 'since',
    value: 'TIME',
    text: 'only events from TIME on: 2026-11-24, 2026-11-24T17:03:09+07:00, 2h, 7d',
  },
  { name: 'until', value: 'TIME', text: 'only events before TIME' },
  { name: 'limit', value: 'N', text: 'only the newest N events' },
  { name: 'count', text: 'print how many there are' },
  { name: 'raw', text: 'every line as it is stored, corrections apart from what they correct' },
  { name: 'archive', text: 'also look into days that were archived' },
  { name: 'follow', text: 'go on with events as they arrive, after the newest 10' },
];

export interface Wanted {
  filter: Filter;
  limit: number | undefined;
  isRaw: boolean;
}

const EVENT_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** @throws Failure `usage` or `data`, naming what is wrong */
export function wantedEvents(args: Parsed, clock: Clock): Wanted {
  for (const name of ['until', 'count']) {
    if (args.isSet('follow') && args.isSet(name))
      throw new Failure('usage', `--follow has no end; leave out --${name}`);
  }
  if (args.isSet('follow') && args.isSet('archive'))
    throw new Failure('usage', 'nothing new comes into the archive; leave out --follow or --archive');
  return {
    filter: {
      agents: listOf(args, 'agent').map(agentName),
      events: listOf(args, 'event').map(eventName),
      tasks: [...new Set(valuesOf(args, 'task').flatMap(task => [canonicalTaskId(task), task]))],
      sessions: valuesOf(args, 'session'),
      sources: valuesOf(args, 'source'),
      texts: valuesOf(args, 'text'),
      period: periodOf(args, clock),
    },
    limit: limitOf(args),
    isRaw: args.isSet('raw'),
  };
}

/** An empty value comes from a variable that is not set, and would match nothing or everything. */
function valuesOf(args: Parsed, name: string): string[] {
  const values = args.values(name);
  if (values.includes('')) throw new Failure('usage', `--${name} is empty`);
  return values;
}

function listOf(args: Parsed, name: string): string[] {
  return valuesOf(args, name).flatMap(value => value.split(','));
}

function eventName(text: string): string {
  if (EVENT_NAME.test(text)) return text;
  throw new Failure(
    'data',
    `"${shorten(text)}" is not the name of an event, like task_start, task_result, error, info`,
  );
}

function periodOf(args: Parsed, clock: Clock): Period {
  const sinceMs = momentOf(args, 'since', clock) ?? -Infinity;
  const untilMs = momentOf(args, 'until', clock) ?? Infinity;
  if (sinceMs >= untilMs) throw new Failure('usage', 'no time lies between --since and --until');
  return { sinceMs, untilMs };
}

function momentOf(args: Parsed, name: string, clock: Clock): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const instantMs = parseMoment(text, clock);
  if (instantMs !== undefined) return instantMs;
  throw new Failure(
    'usage',
    `--${name} "${shorten(text)}" is not a time; use 2026-11-24, 2026-11-24T17:03:09+07:00, or 2h, 7d back from now`,
  );
}

function limitOf(args: Parsed): number | undefined {
  const text = args.value('limit');
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Failure('usage', `--limit "${shorten(text)}" is not a number of events, like 20`);
}
