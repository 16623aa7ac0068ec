import { expect, test } from 'vitest';
import { parseArgs } from '../../../tools/lib/cli/args.js';
import { QUERY_OPTIONS, wantedEvents } from '../../../tools/lib/cli/query-options.js';
import { EVERYTHING } from '../../../tools/lib/ledger/filter.js';
import { testClock } from '../../support/workspace.js';

const parse = (...argv: string[]) => wantedEvents(parseArgs({ options: QUERY_OPTIONS }, argv), testClock());

test('nothing asked for is everything', () => {
  expect(parse()).toEqual({ filter: EVERYTHING, limit: undefined, isRaw: false });
});

test('agents and events are lists or repeated; tasks and texts are repeated, as they may hold commas', () => {
  const { filter, limit } = parse(
    ...['--agent', 'cls,andy', '--agent=hybrid', '--event', 'error', '--event', 'info'],
    ...['--task', 'a,b', '--task', ' c ', '--text', '-x', '--session=s', '--source', 'x', '--limit', '5'],
    ...['--since', '2h', '--until', '1h'],
  );
  expect(filter).toEqual({
    agents: ['cls', 'andy', 'hybrid'],
    events: ['error', 'info'],
    tasks: ['a,b', 'c', ' c '],
    sessions: ['s'],
    sources: ['x'],
    texts: ['-x'],
    period: { sinceMs: Date.parse('2026-11-24T08:00:00Z'), untilMs: Date.parse('2026-11-24T09:00:00Z') },
  });
  expect(limit).toBe(5);
});

test.each([
  [['--agent', 'CLS'], '"CLS" is not an agent name'],
  [['--agent', 'cls,'], '"" is not an agent name'],
  [['--agent', '../x'], 'not an agent name'],
  [['--event', 'Task'], '"Task" is not the name of an event'],
  [['--task', ''], '--task is empty'],
  [['--task', 'a\nb'], 'has control characters'],
  [['--session', ''], '--session is empty'],
  [['--since', 'yesterday'], '--since "yesterday" is not a time; use 2026-11-24, '],
  [['--until', '2026-02-30'], '--until "2026-02-30" is not a time'],
  [['--since', '1h', '--until', '2h'], 'no time lies between --since and --until'],
  [['--since', '1h', '--until', '1h'], 'no time lies between'],
  [['--limit', '-1'], '--limit "-1" is not a number of events'],
  [['--limit', '1e3'], '--limit "1e3"'],
  [['--limit', ''], '--limit ""'],
  [['--follow', '--until', '1h'], '--follow has no end; leave out --until'],
  [['--follow', '--count'], '--follow has no end; leave out --count'],
])('%j is refused in one clear line', (argv, message) => {
  expect(() => parse(...argv)).toThrow(message);
});
