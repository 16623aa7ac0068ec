/**
 * Which event began the present state of an agent. Its events are read from the newest backwards and what they
 * report compared with the status: as long as they say the same, the state began with them or earlier. A
 * report that the status was not told of, because it is younger, says nothing; nor does one that came late,
 * after a younger one. The end of a session makes an agent offline when no other session was open any more.
 */
import { parseTimestamp } from '../clock.js';
import type { AgentStatus, State } from '../status/fold.js';
import { Past, type PastEvent, type Whose } from './past.js';

export type { Whose };

export interface Beginning {
  ts: string;
  id: string | undefined;
}

/** What of a status says which state is present. */
export type Present = Pick<AgentStatus, 'state' | 'last_task_id' | 'updated_at'>;

/**
 * The first of the events without a break that say the present state; while busy, also the present task.
 * Undefined when the newest event that says a state says another one.
 * @throws Failure when a day file cannot be read
 */
export function findBeginning(whose: Whose, status: Present): Beginning | undefined {
  const past = new Past(whose);
  const untilMs = parseTimestamp(status.updated_at)!;
  let beginning: Beginning | undefined;
  for (let index = 0; ; index++) {
    const event = past.at(index);
    if (event === undefined) return beginning;
    const { state, isFinal, at } = event.report;
    if (state === undefined || (parseTimestamp(at) ?? Infinity) > untilMs) continue;
    // That the agent is offline is known; of its ends, the newest made it so.
    const isKnown = beginning === undefined && status.state === 'offline';
    if (isFinal ? !isKnown && !past.isLastEnd(index) : isLate(past, index, untilMs)) continue;
    const answer = saysSame(state, event, status);
    if (answer === 'no') return beginning;
    if (answer === 'yes') beginning = { ts: event.ts, id: event.id };
  }
}

/** How many events are looked at for one that makes a later one late: what comes late seldom comes alone. */
const LATE_WITHIN = 256;

/** Whether an event before this one reports of a younger time, which the status was told of. */
function isLate(past: Past, index: number, untilMs: number): boolean {
  const atMs = parseTimestamp(past.at(index)!.report.at)!;
  for (let back = index + 1; back <= index + LATE_WITHIN; back++) {
    const earlier = past.at(back)?.report;
    if (earlier === undefined) return false;
    const earlierMs = earlier.state === undefined ? -Infinity : (parseTimestamp(earlier.at) ?? -Infinity);
    if (earlierMs > atMs && earlierMs <= untilMs) return true;
  }
  return false;
}

/** `unsure`: an earlier event knows which task was gone on with. */
function saysSame(state: State, { task }: PastEvent, status: Present): 'yes' | 'no' | 'unsure' {
  if (state !== status.state) return 'no';
  if (state !== 'busy' || task === status.last_task_id) return 'yes';
  return task === null ? 'unsure' : 'no';
}
