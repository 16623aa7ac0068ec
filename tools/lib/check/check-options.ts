/** What a check is told, and what it tells. */
import type { Clock } from '../clock.js';
import type { RecordOptions } from '../journal/record.js';
import type { Place, Workspace } from '../root/workspace.js';
import type { Git } from '../workplans/find.js';
import type { Finding } from './finding.js';

export interface CheckOptions {
  place: Place;
  /** Absolute; the whole root when empty. */
  paths: string[];
  isAll: boolean;
  pulls: boolean;
  /** Undefined for a report. */
  fix: Fix | undefined;
  git: Git;
  clock: Clock;
  warn(message: string): void;
  show(path: string): string;
}

export interface Fix {
  writesBack: boolean;
  agent: string;
  record: RecordOptions;
  openForWriting(): Workspace;
}

export interface Checked {
  findings: Finding[];
  /** Workplans and tasks that were looked at. */
  plans: number;
  tasks: number;
}
