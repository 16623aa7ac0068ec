/**
 * Putting the wanted events of many files into one order: by instant, then by id.
 *
 * The files are scanned day by day, oldest first, and of each wanted event only its place is noted. What
 * cannot be preceded any more by an event of a later file is taken out, ordered, and read again from its
 * file. Within a day the order of the lines means nothing: clocks are set back, and imports come late. Days
 * overlap by the offsets of zones, and by one day more, because older tools filed events under the day before
 * or after theirs. So memory holds the places of about three days.
 *
 * With corrections, an event that is corrected is given with them, its line made anew.
 */
import { openIfPresent } from '../disk/read.js';
import { Failure } from '../failure.js';
import type { LedgerEvent } from '../record/event.js';
import { isJsonObject } from '../record/json.js';
import { type Correction, foldCorrections } from './corrections.js';
import type { LineTest } from './filter.js';
import type { NearCorrections } from './find-corrections.js';
import { LineSource } from './line-source.js';
import type { Day } from './list-days.js';
import { ALWAYS, DAY_MS, earliestOf, isWithin } from './period.js';
import { type Place, Places } from './places.js';
import { scanFile } from './scan.js';
import type { Skipped } from './skipped.js';

export interface Reading {
  /** Oldest first. */
  days: Day[];
  test: LineTest;
  skipped: Skipped;
  /** Where a file ends for this reading; to its real end when not given. */
  endOf?: ((path: string) => number) | undefined;
  /** Undefined where each line is wanted as it is stored. */
  corrections?: NearCorrections | undefined;
}

/** An event in its turn, its line not read yet. */
export interface Found {
  /** Its line, without the newline. To be called before the next event is asked for. */
  read(): Buffer;
}

/** The wanted events of all days, each one once. */
export function* inOrder(reading: Reading): Generator<Found> {
  const gathering = new Gathering(reading);
  try {
    for (const [index, { day, files }] of reading.days.entries()) {
      // Where the whole day lies within, looking at the time of a line before it is parsed spares nothing.
      const period = isWithin(day, reading.test.period) ? ALWAYS : reading.test.period;
      reading.corrections?.moveTo(day);
      for (const { path } of files) gathering.add(path, { ...reading.test, period });
      const next = reading.days[index + 1];
      yield* gathering.take(next ? earliestOf(next.day) - DAY_MS : Infinity);
    }
  } finally {
    gathering.close();
  }
}

class Gathering {
  private readonly places = new Places();
  /** The files that still have lines to be read, by their number. */
  private readonly sources = new Map<number, LineSource>();
  /** What corrects the noted events that were corrected, by file and position. */
  private readonly corrected = new Map<string, readonly Correction[]>();
  private added = 0;

  constructor(private readonly reading: Reading) {}

  /** Notes the wanted events of a file. One that cannot be read is passed over and told of. */
  add(path: string, test: LineTest): void {
    const number = this.added++;
    try {
      const file = openIfPresent(path);
      if (file === undefined) {
        this.reading.skipped.gone(path);
        return;
      }
      const source = new LineSource(file);
      this.sources.set(number, source);
      const { skipped, endOf, corrections } = this.reading;
      scanFile({ file, test, skipped, end: endOf?.(path), corrections }, match => {
        const { atMs, position, bytes } = match;
        this.places.add({ atMs, file: number, position, length: bytes.length });
        if (match.corrections) this.corrected.set(`${number}:${position}`, match.corrections);
        source.pending++;
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.reading.skipped.failure(error);
    }
    this.closeIfDone(number);
  }

  /** The noted events before an instant, which are noted no longer. */
  *take(beforeMs: number): Generator<Found> {
    let group: Place[] = [];
    for (const place of this.places.takeBefore(beforeMs)) {
      if (group.length > 0 && group[0]!.atMs !== place.atMs) {
        yield* this.settle(group);
        group = [];
      }
      group.push(place);
    }
    yield* this.settle(group);
  }

  /** The events of one instant. */
  private *settle(group: Place[]): Generator<Found> {
    const settled = group.length === 1 ? group : this.distinct(group);
    for (const place of settled) yield { read: () => this.current(place) };
    for (const { file, position } of group) {
      if (this.corrected.size > 0) this.corrected.delete(`${file}:${position}`);
      this.sources.get(file)!.pending--;
      this.closeIfDone(file);
    }
  }

  /** Orders events of one instant by id. A copied checkout has events that also come from its origin. */
  private distinct(group: Place[]): Place[] {
    const lines = group.map(place => {
      const line = this.read(place);
      return { place, line, id: idOf(line) };
    });
    lines.sort((a, b) => (a.id === b.id ? byBytes(a, b) : a.id < b.id ? -1 : 1));
    return lines
      .filter(({ id, line }, index) => id === '' || !lines[index - 1]?.line.equals(line))
      .map(({ place }) => place);
  }

  /** The line as it is known now. */
  private current(place: Place): Buffer {
    const line = this.read(place);
    const { file, position } = place;
    const corrections = this.corrected.size > 0 && this.corrected.get(`${file}:${position}`);
    if (!corrections) return line;
    const event = JSON.parse(line.toString()) as LedgerEvent;
    return Buffer.from(JSON.stringify(foldCorrections(event, corrections)));
  }

  private read({ file, position, length }: Place): Buffer {
    return this.sources.get(file)!.read(position, length);
  }

  private closeIfDone(number: number): void {
    const source = this.sources.get(number);
    if (source?.pending !== 0) return;
    source.close();
    this.sources.delete(number);
  }

  close(): void {
    for (const source of this.sources.values()) source.close();
  }
}

interface Identified {
  id: string;
  line: Buffer;
}

/** Of events without an id, equal lines are different events, and stay as they were found. */
function byBytes(a: Identified, b: Identified): number {
  return a.id === '' ? 0 : a.line.compare(b.line);
}

function idOf(line: Buffer): string {
  const event: unknown = JSON.parse(line.toString());
  return isJsonObject(event) && typeof event.id === 'string' ? event.id : '';
}
