/** Recording events in a temporary root, with a clock the test drives. */
import { join } from 'node:path';
import { recordEvent, recordEvents } from '../../tools/lib/journal/record.js';
import type { Appended, Draft } from '../../tools/lib/ledger/append.js';
import type { Workspace } from '../../tools/lib/root/workspace.js';
import { type TestClock, temporaryWorkspace, testClock } from './workspace.js';

export interface Recorder {
  workspace: Workspace;
  clock: TestClock;
  /** What the user was told. */
  warnings: string[];
  /** Appends one event; what is not given is filled in. */
  record(draft?: Partial<Draft>): Appended;
  /** Appends a batch. */
  recordAll(drafts: Partial<Draft>[]): ReturnType<typeof recordEvents>;
  dayPath(day?: string): string;
}

const DRAFT: Draft = { event: 'info', task_id: 'T-1', source: 'test', summary: 'hello', data: {} };

export interface RecorderOptions {
  clock?: TestClock;
  workspace?: Workspace;
  idleHours?: number;
  updatesStatus?: boolean;
}

export function recorder(given: RecorderOptions = {}): Recorder {
  const clock = given.clock ?? testClock();
  const workspace = given.workspace ?? temporaryWorkspace(clock);
  const warnings: string[] = [];
  const options = {
    sessionIdleMs: (given.idleHours ?? 12) * 3_600_000,
    warn: (message: string) => void warnings.push(message),
    updatesStatus: given.updatesStatus ?? false,
  };
  return {
    ...{ workspace, clock, warnings },
    record: draft => recordEvent(workspace, 'cls', { ...DRAFT, ...draft }, options),
    recordAll: drafts =>
      recordEvents(
        workspace,
        'cls',
        drafts.map(draft => ({ ...DRAFT, ...draft })),
        options,
      ),
    dayPath: (day = '2026-11-24') => join(workspace.root, `g/ledger/cls/${day}.jsonl`),
  };
}

/** A day with three events in it. */
export function startedDay(): Recorder {
  const started = recorder();
  for (const summary of ['one', 'two', 'three']) started.record({ summary });
  return started;
}

/** Where the head of the first day is kept. */
export function headFile({ workspace }: Recorder): string {
  return join(workspace.control, 'heads/cls/2026-11-24.json');
}
