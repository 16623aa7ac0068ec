/** What is done while faults happen: each scenario can be run any number of times in one place. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { faultPlace, type Place } from './place.js';

export interface Scenario {
  name: string;
  /** The state that each run starts from, made anew. */
  place(): Place;
  /** The words of one run; the key makes that a second run of it is known. */
  command(key: string): [string, ...string[]];
  /** Before each run. */
  prepare?(place: Place): void;
  /** A place is used once. */
  isFresh?: boolean;
  /** The run also writes the status of the agent. */
  hasStatus?: boolean;
}

const event = (key: string): [string, ...string[]] => [
  ...(['ledger-write', 'cls', 'task_start', key, 'test', key] as const),
  ...['{"text":"ünïcode"}', '--idempotency-key', key],
];

/** A place with a day, a head, keys and a status. */
function lived(): Place {
  const place = faultPlace();
  for (const key of ['first', 'second']) {
    const [name, ...args] = event(key);
    place.run(name, [...args, '--status']);
  }
  return place;
}

/** The first half of a line that somebody began. */
export const FRAGMENT = '{"ts":"2026-11-24T10:00:00.000Z","agent":"cls","summary":"torn';

export const SCENARIOS: Scenario[] = [
  { name: 'an append', place: lived, command: event },
  {
    name: 'an append with its status',
    place: lived,
    command: key => [...event(key), '--status'],
    hasStatus: true,
  },
  { name: 'the first append of a root', place: () => faultPlace(), command: event, isFresh: true },
  {
    name: 'an append behind a torn line',
    place: lived,
    command: event,
    prepare: ({ dayPath }) => appendFileSync(dayPath, FRAGMENT),
  },
  {
    name: 'an append to a day that an older tool began',
    place: () => {
      const place = faultPlace();
      mkdirSync(dirname(place.dayPath), { recursive: true });
      const old = {
        ts: `${place.dayPath.slice(-16, -6)}T00:00:00+0000`,
        agent: 'cls',
        session_id: 'old',
        event: 'info',
      };
      const line = JSON.stringify({ ...old, task_id: 'T', source: 'zsh', summary: 'old', data: {} });
      writeFileSync(place.dayPath, `${line}\n`);
      return place;
    },
    command: event,
    isFresh: true,
  },
];
