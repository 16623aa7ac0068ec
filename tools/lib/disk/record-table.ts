/**
 * A table of small records by key in one file, in which looking one up and putting one in cost the same however
 * many there are. It is a view of a log: it may be deleted, and is made again from the log.
 *
 * *Layout.* A header of 64 bytes, `agent-ledger-table 1 <boot>`, padded with spaces and ended by a newline. Then
 * pages, a power of two of them, each of 64 places of 64 bytes: a record `<32 hex digits of the key's hash> <value
 * of 30 characters>\n`, or zeros. The hash tells the page of a key; in its page a key has one record, and the free
 * places come last. So a lookup reads one page, and a record is put in, or replaced, by writing its 64 bytes. When
 * a page is full, a table with twice as many pages is written beside the old one and renamed over it: over time
 * that is two more writes for each record.
 *
 * *Order.* The caller holds the lock of the log, and works in the order log, table, then whatever says how far the
 * table goes. Nobody else writes. Who is killed in between leaves a table that lags behind the log or is ahead of
 * that mark; the next one puts the same records in once more, which changes nothing.
 *
 * *Crashes.* A record lies within one sector and is written by one call, so it is whole or not there, and so is a
 * table that grows. But nothing here is synced: a machine that stops may keep any of the pages and lose others,
 * with nothing to show for it. So the header names the boot in which the table was made, and one of another boot is
 * as good as none. What is neither a record of its page nor zeros (a foreign file, a bad disk) is told by its
 * form, and the table is as good as none, too. A wrong record in the right form is the caller's to tell: its value
 * says where in the log it comes from, and what stands there.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { readBytes } from './append.js';
import { thisBoot } from './boot.js';
import { ifPresent, onDisk } from './errno.js';
import {
  endOf,
  fill,
  format,
  isTaken,
  isTrusted,
  PAGE_BYTES,
  pageOf,
  pagesOf,
  placeOf,
  RECORD_BYTES,
  recordAt,
  type TableRecord,
  textOf,
  valueAt,
} from './record-page.js';
import { replaceFile, writeWhole } from './replace.js';

/** New tables are half empty. */
const FEW_ON_PAGE = 32;

/** Whether a record gives way to another one of its key. */
export type Replaces = (old: string, value: string) => boolean;

export class RecordTable {
  private constructor(
    private fd: number,
    private readonly path: string,
    private pages: number,
  ) {}

  /** The table of a path; undefined when there is none that can be trusted. */
  static open(path: string): RecordTable | undefined {
    return RecordTable.openAs(path, constants.O_RDWR);
  }

  /** The same, to find and not to put. */
  static openForReading(path: string): RecordTable | undefined {
    return RecordTable.openAs(path, constants.O_RDONLY);
  }

  private static openAs(path: string, access: number): RecordTable | undefined {
    const flags = access | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const fd = ifPresent(`cannot open ${path}`, () => openSync(path, flags));
    if (fd === undefined) return undefined;
    let table: RecordTable | undefined;
    try {
      const pages = onDisk(`cannot read ${path}`, () => pagesIn(fd, path));
      if (pages !== undefined) table = new RecordTable(fd, path, pages);
      return table;
    } finally {
      if (table === undefined) closeSync(fd);
    }
  }

  /** Makes the table anew, with each key once; it is replaced as a whole. */
  static make(path: string, records: TableRecord[], fewestPages = 1): void {
    let pages = fewestPages;
    while (pages * FEW_ON_PAGE < records.length) pages *= 2;
    let bytes = fill(records, pages, thisBoot());
    while (bytes === undefined) {
      pages *= 2;
      bytes = fill(records, pages, thisBoot());
    }
    replaceFile(path, bytes);
  }

  /** The value of a key; undefined when it has none, `'damaged'` when nothing can be said. */
  find(hash: string): string | undefined | 'damaged' {
    const page = this.readPage(pageOf(hash, this.pages));
    const at = page === undefined ? undefined : placeOf(page, hash);
    if (page === undefined || at === undefined) return 'damaged';
    return isTaken(page, at) ? valueAt(page, at) : undefined;
  }

  /**
   * Puts records in, in their order.
   * @returns false when the table is damaged: make it again
   */
  put(records: TableRecord[], replaces: Replaces): boolean {
    for (const record of records) {
      const number = pageOf(record.hash, this.pages);
      const page = this.readPage(number);
      const at = page === undefined ? undefined : placeOf(page, record.hash);
      if (page === undefined || at === undefined) return false;
      if (at === page.length) {
        if (!this.grow()) return false;
        return this.put(records, replaces);
      }
      if (isTaken(page, at) && !replaces(valueAt(page, at), record.value)) continue;
      const position = RECORD_BYTES + number * PAGE_BYTES + at;
      onDisk(`cannot write ${this.path}`, () => writeWhole(this.fd, format(record), this.path, position));
    }
    return true;
  }

  close(): void {
    closeSync(this.fd);
  }

  private readPage(number: number): string | undefined {
    const bytes = readBytes({ fd: this.fd, path: this.path }, RECORD_BYTES + number * PAGE_BYTES, PAGE_BYTES);
    return bytes.length === PAGE_BYTES ? textOf(bytes) : undefined;
  }

  /** @returns false when the table is damaged */
  private grow(): boolean {
    const records = this.readAll();
    if (records === undefined) return false;
    RecordTable.make(this.path, records, this.pages * 2);
    const grown = RecordTable.open(this.path);
    if (grown === undefined) return false;
    this.close();
    this.fd = grown.fd;
    this.pages = grown.pages;
    return true;
  }

  private readAll(): TableRecord[] | undefined {
    const records: TableRecord[] = [];
    for (let number = 0; number < this.pages; number++) {
      const page = this.readPage(number);
      const end = page === undefined ? undefined : endOf(page);
      if (page === undefined || end === undefined) return undefined;
      for (let at = 0; at < end; at += RECORD_BYTES) {
        records.push(recordAt(page, at));
      }
    }
    return records;
  }
}

/** How many pages a whole table of this boot has. */
function pagesIn(fd: number, path: string): number | undefined {
  const stats = fstatSync(fd);
  const pages = stats.isFile() ? pagesOf(stats.size) : undefined;
  const header = pages && textOf(readBytes({ fd, path }, 0, RECORD_BYTES));
  return header && isTrusted(header, thisBoot()) ? pages : undefined;
}
