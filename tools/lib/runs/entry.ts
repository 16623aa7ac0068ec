/** The entries of a run's log, by what they tell. */
import { parseAs } from '../parse-as.js';
import { isRunEntry } from '../record/generated/is-run-entry.js';
import type {
  IntentEntry,
  RedoEntry,
  ResultEntry,
  RunEntry,
  StartedEntry,
} from '../record/generated/run-entry.js';

export type Entry = RunEntry;

type Told<E> = E extends Entry ? Omit<E, 'schema_version' | 'seq' | 'ts'> : never;

/** An entry before it has its place in the log. */
export type News = Told<Entry>;
export type StartedNews = Told<StartedEntry>;
export type IntentNews = Told<IntentEntry>;
export type ResultNews = Told<ResultEntry>;
export type RedoNews = Told<RedoEntry>;

/** The entry that a line holds; undefined for anything else. */
export function parseEntry(line: string): Entry | undefined {
  return parseAs(line, isEntry);
}

export function isEntry(value: unknown): value is Entry {
  return isRunEntry(value);
}
