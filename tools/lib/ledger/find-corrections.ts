/**
 * Finding corrections before the events that they correct. A correction comes after its outcome, mostly within
 * minutes, but at the latest when a client's session goes on. So files are looked through for corrections a
 * week ahead of the day that is being read, and what is a day behind is forgotten. Looking through costs
 * little: lines are parsed only where the bytes of the telling key are.
 */
import { closeSync } from 'node:fs';
import { addDays, parseTimestamp } from '../clock.js';
import { chunksOf, type OpenFile, openIfPresent } from '../disk/read.js';
import { Failure } from '../failure.js';
import type { LedgerEvent } from '../record/event.js';
import { type Correction, Corrections, correctionOf } from './corrections.js';
import { looseEvent } from './day.js';
import type { DayFile } from './day-file.js';
import type { Day } from './list-days.js';
import type { Skipped } from './skipped.js';

const DAYS_AHEAD = 7;

const KEY = Buffer.from('"reconciles"');
const NEWLINE = 10;

/** Tells of the corrections in a file. @param end lines that end beyond it are left alone */
export function findCorrections(file: OpenFile, end: number, tell: (correction: Correction) => void): void {
  for (const { bytes, position } of chunksOf(file, 0)) {
    for (let at = bytes.indexOf(KEY); at !== -1; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const to = newline === -1 ? bytes.length : newline;
      if (position + to > end) return;
      const event = looseEvent(bytes.subarray(bytes.lastIndexOf(NEWLINE, at) + 1, to));
      const atMs = event && parseTimestamp(event.ts);
      const correction = atMs === undefined ? undefined : correctionOf(event!, atMs);
      if (correction) tell(correction);
      at = bytes.indexOf(KEY, to);
    }
  }
}

export interface CorrectionSource {
  /** Oldest first. */
  days: readonly Day[];
  skipped: Skipped;
  /** Where a file ends for this reading; at its real end when not given. */
  endOf?: ((path: string) => number) | undefined;
}

/** The corrections around the day that is being read. */
export class NearCorrections {
  private readonly corrections = new Corrections();
  private readonly byDay = new Map<string, Correction[]>();

  constructor(private readonly source: CorrectionSource) {}

  /** To be called with each day before its files are read, in whichever direction. */
  moveTo(day: string): void {
    const [behind, ahead] = [addDays(day, -1), addDays(day, DAYS_AHEAD)];
    for (const [known, found] of this.byDay) {
      if (known >= behind && known <= ahead) continue;
      for (const correction of found) this.corrections.remove(correction);
      this.byDay.delete(known);
    }
    for (const { day: near, files } of this.source.days) {
      if (near >= day && near <= ahead && !this.byDay.has(near)) this.readDay(near, files);
    }
  }

  of(event: LedgerEvent): readonly Correction[] {
    return this.corrections.of(event);
  }

  private readDay(day: string, files: readonly DayFile[]): void {
    const found: Correction[] = [];
    this.byDay.set(day, found);
    for (const { path } of files) this.readFile(path, found);
    for (const correction of found) this.corrections.add(correction);
  }

  private readFile(path: string, found: Correction[]): void {
    const { skipped, endOf } = this.source;
    try {
      const file = openIfPresent(path);
      if (file === undefined) return; // Told of when its events are to be read.
      try {
        findCorrections(file, endOf?.(path) ?? Infinity, correction => found.push(correction));
      } finally {
        closeSync(file.fd);
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      skipped.failure(error);
    }
  }
}
