/**
 * The writer id: one machine's one checkout, e.g. `mbp-3f2a91c0`. It is made once and kept in the control
 * plane beside the path of its root. A root that moved keeps it. A copied root gets a new one: that is told
 * by the recorded path still being there and bearing the same id.
 */
import { builtin } from '../builtin.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import { hex, randomBytes } from '../random.js';

const FILE = 'writer';
const ID = /^[a-z0-9][a-z0-9-]{0,40}$/;

interface WriterRecord {
  id: string;
  /** The control plane it was made for. */
  home: string;
}

/** Parses the two lines of a `writer` file; undefined when it is missing or damaged. */
export function readWriter(control: string): WriterRecord | undefined {
  const text = readText(join(control, FILE)) ?? '';
  const [id = '', ...rest] = text.split('\n');
  const home = rest.slice(0, -1).join('\n');
  return ID.test(id) && home !== '' && text.endsWith('\n') ? { id, home } : undefined;
}

/** The writer id of this control plane. Call `settleWriter` under a lock when it returns undefined. */
export function knownWriter(control: string): string | undefined {
  const record = readWriter(control);
  return record?.home === control ? record.id : undefined;
}

/** Makes, moves or renews the writer id. The caller holds the control plane's lock. */
export function settleWriter(control: string): string {
  const record = readWriter(control);
  const isCopy = record !== undefined && record.home !== control && readWriter(record.home)?.id === record.id;
  const id = record === undefined || isCopy ? mintWriter(builtin('node:os').hostname()) : record.id;
  replaceFile(join(control, FILE), `${id}\n${control}\n`, { isDurable: true });
  return id;
}

/** `<first part of the host's name>-<8 hex digits>`. */
export function mintWriter(host: string, random = randomBytes): string {
  const name = host
    .split('.')[0]!
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 20);
  return `${name || 'host'}-${hex(random(4))}`;
}
