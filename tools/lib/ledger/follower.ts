/** What is new in the files of a ledger, looked for on demand. */
import { statSync } from 'node:fs';
import { addDays } from '../clock.js';
import { ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import { type DayFile, dayFileAt } from './day-file.js';
import { type Filter, type LineTest, lineTest } from './filter.js';
import { FollowedFile } from './followed-file.js';
import { listDays } from './list-days.js';
import { daysOf } from './period.js';
import type { Match } from './scan.js';
import type { Skipped } from './skipped.js';

const BATCH_BYTES = 4 * 1024 * 1024;

export class Follower {
  private readonly test: LineTest;
  private readonly files = new Map<string, { day: string; file: FollowedFile }>();
  /** Where each file ended when following began. */
  private readonly ends = new Map<string, number>();

  /** Following begins now: what the files hold already is not news. */
  constructor(
    private readonly root: string,
    private readonly filter: Filter,
    private readonly skipped: Skipped,
  ) {
    this.test = lineTest(filter);
    for (const { path, day } of this.list()) {
      const stats = ifPresent(`cannot look at ${path}`, () => statSync(path));
      this.ends.set(path, stats?.size ?? 0);
      this.files.set(path, { day, file: new FollowedFile(path, stats) });
    }
  }

  /** How much of a file is not news. */
  endOf(path: string): number {
    return this.ends.get(path) ?? 0;
  }

  /** The news of all files, also of those that appeared since. */
  readAll(): Generator<Buffer[]> {
    for (const { path, day } of this.list()) this.know(path, day);
    return this.readFiles([...this.files.values()].map(({ file }) => file));
  }

  /** The news of the known files of this day, the one before it and later ones. */
  readRecent(today: string): Generator<Buffer[]> {
    const from = addDays(today, -1);
    return this.readFiles([...this.files.values()].flatMap(({ day, file }) => (day >= from ? [file] : [])));
  }

  /** The news of some paths; those that are no day files of interest are passed over. */
  readPaths(paths: Iterable<string>): Generator<Buffer[]> {
    for (const path of paths) {
      const file = dayFileAt(path);
      if (file && this.isOfInterest(file)) this.know(path, file.day);
    }
    return this.readFiles([...paths].flatMap(path => this.files.get(path)?.file ?? []));
  }

  private isOfInterest({ agent, day }: DayFile): boolean {
    const { agents, period } = this.filter;
    return (agents.length === 0 || agents.includes(agent)) && day >= daysOf(period).from;
  }

  private know(path: string, day: string): void {
    if (!this.files.has(path)) this.files.set(path, { day, file: new FollowedFile(path, undefined) });
  }

  private list(): DayFile[] {
    return listDays(this.root, this.filter, this.skipped).flatMap(({ files }) => files);
  }

  /** Batches of wanted lines without their newlines, each batch in order. */
  private *readFiles(files: FollowedFile[]): Generator<Buffer[]> {
    let batch: Match[] = [];
    let bytes = 0;
    for (const file of files) {
      this.readFile(file, match => {
        batch.push(match);
        bytes += match.bytes.length;
      });
      if (bytes < BATCH_BYTES) continue;
      yield inOrder(batch);
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield inOrder(batch);
  }

  private readFile(file: FollowedFile, tell: (match: Match) => void): void {
    try {
      file.readNews(this.skipped, match => {
        if (this.test.isWanted(match.event, match.atMs)) tell(match);
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.skipped.failure(error);
    }
  }
}

function inOrder(matches: Match[]): Buffer[] {
  const id = ({ event }: Match): string => event.id ?? '';
  return matches
    .sort((a, b) => a.atMs - b.atMs || (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : 0))
    .map(({ bytes }) => bytes);
}
