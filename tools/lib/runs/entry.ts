/** The entries of a run's log, by what they tell. */

import { isRunEntry } from '../record/generated/is-run-entry.js';
import type { RunEntry } from '../record/generated/run-entry.js';

type Base = Pick<RunEntry, 'schema_version' | 'seq' | 'ts'>;
type Of<Op extends RunEntry['op'], Keys extends keyof RunEntry = never> = { op: Op } & {
  [Key in Keys]-?: Exclude<RunEntry[Key], undefined>;
};
type InStep = 'step' | 'iteration' | 'attempt' | 'idempotency_key';

export type StartedNews = Of<
  'started',
  'run' | 'task_id' | 'owner' | 'directory' | 'plan' | 'plan_sha256' | 'lease_id' | 'epoch'
> & { snapshot_id: string };
export type ResumedNews = Of<'resumed', 'snapshot_id' | 'changed_files' | 'lease_id' | 'epoch'>;
export type IntentNews = Of<'intent', InStep | 'payload_sha256'>;
export type ResultNews = Of<
  'result',
  | InStep
  | 'outcome'
  | 'reason'
  | 'exit_code'
  | 'event'
  | 'payload'
  | 'duration_ms'
  | 'messages'
  | 'artifacts'
  | 'snapshot_id'
  | 'receipt_sha256'
>;
export type RedoNews = Of<'redo', 'step' | 'iteration' | 'reason'>;
type EndNews = Of<'completed'> | Of<'failed' | 'aborted', 'reason'>;

/** An entry before it has its place in the log. */
export type News = StartedNews | ResumedNews | IntentNews | ResultNews | RedoNews | EndNews;
export type Entry = Base & News;

export type { RunEntry };

/** The entry that a line holds; undefined for anything else. */
export function parseEntry(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isEntry(value: unknown): value is Entry {
  return isRunEntry(value);
}
