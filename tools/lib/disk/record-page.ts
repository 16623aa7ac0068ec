/**
 * The bytes of a table of records: its header, its pages, the places on a page. The layout is told in `record-table.ts`.
 * A page is read as text, of a character for each byte: Node's own functions on bytes would have to be compiled first.
 */
import { sha256Hex } from '../sha256.js';
import { type Boot, bootStamp, isOfBoot } from './boot.js';

export interface TableRecord {
  /** By `hashOfKey`. */
  hash: string;
  /** At most 30 characters of printable ASCII; spaces at its end are lost. */
  value: string;
}

const HEADER = 'agent-ledger-table 1 ';
export const RECORD_BYTES = 64;
export const PAGE_BYTES = 64 * RECORD_BYTES;
const HASH_DIGITS = 32;
const VALUE_LENGTH = RECORD_BYTES - HASH_DIGITS - 2;

export function hashOfKey(key: string): string {
  return sha256Hex(key).slice(0, HASH_DIGITS);
}

/** The number of the page that a key belongs to. */
export const pageOf = (hash: string, pages: number): number => Number.parseInt(hash.slice(0, 8), 16) % pages;

/** How many pages a table of so many bytes has; undefined when it cannot be one. */
export function pagesOf(size: number): number | undefined {
  const pages = (size - RECORD_BYTES) / PAGE_BYTES;
  return pages >= 1 && Number.isInteger(Math.log2(pages)) ? pages : undefined;
}

/** Whether a table with this header can be trusted in this boot. */
export function isTrusted(header: string, boot: Boot): boolean {
  return (
    header.startsWith(HEADER) && header.endsWith('\n') && isOfBoot(header.slice(HEADER.length).trim(), boot)
  );
}

/** The text of bytes, a character for each; undefined when they are no part of a table, which is ASCII. */
export function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return text.length === bytes.length ? text : undefined;
}

/** A whole table; undefined when one of so many pages would run over. */
export function fill(records: TableRecord[], pages: number, boot: Boot): Buffer | undefined {
  const bytes = Buffer.alloc(RECORD_BYTES + pages * PAGE_BYTES);
  bytes.set(Buffer.from(`${`${HEADER}${bootStamp(boot)}`.padEnd(RECORD_BYTES - 1)}\n`));
  const filled = new Uint8Array(pages);
  for (const record of records) {
    const number = pageOf(record.hash, pages);
    const place = filled[number]!++;
    if (place * RECORD_BYTES === PAGE_BYTES) return undefined;
    format(record).copy(bytes, RECORD_BYTES + number * PAGE_BYTES + place * RECORD_BYTES);
  }
  return bytes;
}

export const format = ({ hash, value }: TableRecord): Buffer =>
  Buffer.from(`${hash} ${value.padEnd(VALUE_LENGTH)}\n`);

export const recordAt = (page: string, at: number): TableRecord => ({
  hash: page.slice(at, at + HASH_DIGITS),
  value: valueAt(page, at),
});

/** The value of the record at a place of a page. */
export const valueAt = (page: string, at: number): string =>
  page.slice(at + HASH_DIGITS + 1, at + RECORD_BYTES - 1).trimEnd();

/** Where in its page a key has its record, or else the first free place; undefined when the page is damaged. */
export function placeOf(page: string, hash: string): number | undefined {
  const end = endOf(page);
  if (end === undefined) return undefined;
  let at = page.indexOf(hash);
  while (at % RECORD_BYTES > 0) at = page.indexOf(hash, at + 1);
  return at === -1 || at >= end ? end : at;
}

/** Where the records of a page end; undefined when something else stands among them. */
export function endOf(page: string): number | undefined {
  let end = 0;
  for (; end < page.length && isTaken(page, end); end += RECORD_BYTES) {
    if (page[end + HASH_DIGITS] !== ' ' || page[end + RECORD_BYTES - 1] !== '\n') return undefined;
  }
  return end;
}

/** Whether a record stands at a place of a page. */
export function isTaken(page: string, at: number): boolean {
  return at < page.length && page[at] !== '\0';
}
