/** Which events are wanted: pure rules. Several values of one kind mean any of them; all kinds must hold. */
import type { LedgerEvent } from '../record/event.js';
import { ALWAYS, type Period } from './period.js';
import { type Needles, needlesFor } from './prefilter.js';

/** An empty list lets everything pass. */
export interface Filter {
  agents: readonly string[];
  events: readonly string[];
  tasks: readonly string[];
  sessions: readonly string[];
  sources: readonly string[];
  /** Looked for in the summary and in the strings of data, whatever their case. */
  texts: readonly string[];
  period: Period;
}

export const EVERYTHING: Filter = {
  ...{ agents: [], events: [], tasks: [], sessions: [], sources: [], texts: [] },
  period: ALWAYS,
};

/** A filter made ready: what a line must hold at least, and what its event must be. */
export interface LineTest {
  needles: Needles;
  period: Period;
  /** Whether an event, which happened at `atMs`, is wanted. */
  isWanted(event: LedgerEvent, atMs: number): boolean;
}

export function lineTest(filter: Filter): LineTest {
  const { agents, events, tasks, sessions, sources, period } = filter;
  const isAmong = (wanted: readonly string[], value: string): boolean =>
    wanted.length === 0 || wanted.includes(value);
  const hasText = textTest(filter.texts);
  return {
    needles: needlesFor([tasks, sessions, events, sources]),
    period,
    isWanted: (event, atMs) =>
      atMs >= period.sinceMs &&
      atMs < period.untilMs &&
      isAmong(tasks, event.task_id) &&
      isAmong(sessions, event.session_id) &&
      isAmong(events, event.event) &&
      isAmong(sources, event.source) &&
      isAmong(agents, event.agent) &&
      hasText(event),
  };
}

function textTest(texts: readonly string[]): (event: LedgerEvent) => boolean {
  if (texts.length === 0) return () => true;
  const wanted = texts.map(text => text.toLowerCase());
  const holds = (value: unknown): boolean => {
    if (typeof value === 'object' && value !== null) return Object.values(value).some(holds);
    if (typeof value !== 'string') return false;
    const lower = value.toLowerCase();
    return wanted.some(text => lower.includes(text));
  };
  return ({ summary, data }) => holds(summary) || holds(data);
}
