/**
 * A summary has two parts: ours, made again at each run, and the notes, which belong to people.
 *
 * A marker line ends our part: `<!-- agent-ledger:notes <hash> … -->`, with the first 16 hex digits of the
 * SHA-256 of every byte before it. Everything after that line is notes and is kept byte for byte, whatever
 * is in it: headings, code, a copy of a marker. The hash tells our part from what a person made of it, and
 * the real marker from copies: a marker counts only when what stands before it is what was written there.
 * Files are handled as bytes, so that nothing is lost to a decoder.
 */
import { isUtf8 } from 'node:buffer';
import { sha256Hex } from '../sha256.js';

const MARKER = /^<!-- agent-ledger:notes ([0-9a-f]{16})\b[^\n]*\n?/gm;

/** The bytes of a summary. */
export function withNotes(document: string, notes: Uint8Array): Buffer {
  const marker = `<!-- agent-ledger:notes ${hashOf(document)} Below this line is yours: it is kept as it is. -->\n`;
  return Buffer.concat([Buffer.from(document + marker), notes]);
}

const hashOf = (part: Uint8Array | string): string => sha256Hex(part).slice(0, 16);

export interface FoundNotes {
  notes: Buffer;
  /**
   * `ours`: as we wrote it, but for the notes. `edited`: our part was changed too. `foreign`: no summary of
   * ours; all of it is taken for notes. `binary`: not even text; there are no notes to take.
   */
  origin: 'ours' | 'edited' | 'foreign' | 'binary';
}

/** The notes in whatever file stands where a summary goes. */
export function findNotes(file: Buffer): FoundNotes {
  // Latin-1 has one character a byte, so positions in this text are positions in the file.
  const markers = [...file.toString('latin1').matchAll(MARKER)];
  const real = markers.find(({ index, 1: hash }) => hashOf(file.subarray(0, index)) === hash);
  const marker = real ?? markers[0];
  if (marker) {
    const notes = file.subarray(marker.index + marker[0].length);
    return { notes, origin: real ? 'ours' : 'edited' };
  }
  if (file.includes(0) || !isUtf8(file)) return { notes: Buffer.alloc(0), origin: 'binary' };
  const isBlank = file.toString().trim() === '';
  return { notes: isBlank ? Buffer.alloc(0) : Buffer.concat([Buffer.from('\n'), file]), origin: 'foreign' };
}
