/**
 * Idempotency keys of an agent: where the first event of each stands. They are kept in tables (see
 * `disk/record-table.ts`) of eight days each, by the day of the event: `keys/<agent>/<first day>.table`, a record
 * being `<day> <offset of its line>`. An event is looked for in the days that 48 hours can reach, which lie in one
 * table or two. When a table is made, those that no event of today can need are removed, so they do not add up;
 * an import of older days makes the tables it needs again.
 *
 * A table has the keys of every line that the heads of its days cover: lines are noted before the head moves on.
 * When it is missing or damaged, or a record points at a line without its key (a day file was repaired), it is made
 * again from the day files, and from nothing else.
 */

import { addDays } from '../clock.js';
import { listDirectory, makePrivate } from '../disk/directory.js';
import { hashOfKey } from '../disk/record-page.js';
import { RecordTable, type Replaces } from '../disk/record-table.js';
import { removeFile } from '../disk/remove.js';
import { join } from '../path.js';
import type { HeldAgent } from '../root/workspace.js';

/** Where the line of a key is. */
export interface KeyPlace {
  day: string;
  /** Where its line starts in the day file. */
  offset: number;
}

export interface KeyRecord {
  key: string;
  offset: number;
}

/** The keys in a day file, in its order. */
export type KeysOfDay = (day: string) => Iterable<KeyRecord>;

const DAYS_OF_TABLE = 8;
const DAY_MS = 86_400_000;
/** 48 hours reach two days back; a change of zone, by up to 24 hours, shifts the date by one more, or ahead. */
const DAYS_BACK = 3;
const DAYS_AHEAD = 1;

/** The other days in which the first event of a key of this day may stand. */
export function nearbyDays(day: string): string[] {
  const distances = [...Array(DAYS_BACK + 1 + DAYS_AHEAD).keys()].map(index => index - DAYS_BACK);
  return distances.filter(distance => distance !== 0).map(distance => addDays(day, distance));
}

function isNear(day: string, other: string): boolean {
  return other >= addDays(day, -DAYS_BACK) && other <= addDays(day, DAYS_AHEAD);
}

/** The first day of the table that has the keys of this day. */
function tableOf(day: string): string {
  const number = Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
  return new Date((number - (number % DAYS_OF_TABLE)) * DAY_MS).toISOString().slice(0, 10);
}

/** The first event of a key stands, until it is too old. */
const replacesOld: Replaces = (old, value) => !isNear(value.slice(0, 10), old.slice(0, 10));

const format = (day: string, offset: number): string => `${day} ${String(offset).padStart(15, '0')}`;

/** The tables of an agent, each opened when it is needed. */
export class AgentKeys {
  private readonly directory: string;
  private readonly tables = new Map<string, RecordTable>();

  constructor(
    private readonly held: HeldAgent,
    private readonly keysOfDay: KeysOfDay,
  ) {
    this.directory = join(held.workspace.control, 'keys', held.agent);
  }

  /** Where the first event of a key of `day` stands, as the tables have it. */
  find(key: string, day: string): KeyPlace | undefined {
    const hash = hashOfKey(key);
    for (const first of new Set([
      tableOf(day),
      tableOf(addDays(day, -DAYS_BACK)),
      tableOf(addDays(day, DAYS_AHEAD)),
    ])) {
      let value = (this.opened(first) ?? this.make(first)).find(hash);
      if (value === 'damaged') value = this.make(first).find(hash);
      const place = value === undefined || value === 'damaged' ? undefined : parse(value);
      if (place && isNear(day, place.day)) return place;
    }
    return undefined;
  }

  /** Notes the keys of lines of a day. A table that is not there is made when a key is looked for. */
  note(day: string, records: KeyRecord[]): void {
    if (records.length === 0) return;
    const first = tableOf(day);
    const table = this.opened(first);
    const noted = records.map(({ key, offset }) => ({ hash: hashOfKey(key), value: format(day, offset) }));
    if (table && !table.put(noted, replacesOld)) this.make(first);
  }

  /** Makes the table of a day again: it has proved wrong. */
  remake(day: string): void {
    this.make(tableOf(day));
  }

  close(): void {
    for (const table of this.tables.values()) table.close();
    this.tables.clear();
  }

  private opened(first: string): RecordTable | undefined {
    const table = this.tables.get(first) ?? RecordTable.open(this.pathOf(first));
    if (table) this.tables.set(first, table);
    return table;
  }

  private make(first: string): RecordTable {
    this.tables.get(first)?.close();
    this.tables.delete(first);
    const records = new Map<string, string>();
    for (let index = 0; index < DAYS_OF_TABLE; index++) {
      const day = addDays(first, index);
      for (const { key, offset } of this.keysOfDay(day)) {
        const hash = hashOfKey(key);
        const value = format(day, offset);
        const old = records.get(hash);
        if (old === undefined || replacesOld(old, value)) records.set(hash, value);
      }
    }
    makePrivate(this.directory);
    this.removeOld(first);
    const path = this.pathOf(first);
    RecordTable.make(
      path,
      Array.from(records, ([hash, value]) => ({ hash, value })),
    );
    const table = RecordTable.open(path);
    if (table === undefined) throw new Error(`${path} was made and is none`);
    this.tables.set(first, table);
    return table;
  }

  /** Removes tables that neither events of today nor those around `first` can need, and the records of old versions. */
  private removeOld(first: string): void {
    const { clock } = this.held.workspace;
    const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
    const oldest = [first, tableOf(today)].map(day => addDays(day, -DAYS_OF_TABLE)).sort()[0]!;
    for (const name of listDirectory(this.directory)) {
      const [day, kind] = /^(\d{4}-\d\d-\d\d)\.(table|txt)$/.exec(name)?.slice(1) ?? [];
      if (kind === 'txt' || (day !== undefined && day < oldest)) removeFile(join(this.directory, name));
    }
  }

  private pathOf(first: string): string {
    return join(this.directory, `${first}.table`);
  }
}

function parse(value: string): KeyPlace | undefined {
  const parts = /^(\d{4}-\d\d-\d\d) (\d{15})$/.exec(value);
  return parts ? { day: parts[1]!, offset: Number(parts[2]) } : undefined;
}
