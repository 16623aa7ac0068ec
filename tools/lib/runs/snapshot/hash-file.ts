/** Hashes of files, read in pieces so that no size of them matters. */
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { builtin } from '../../builtin.js';
import { readInto } from '../../disk/append.js';
import { ifPresent } from '../../disk/errno.js';
import { sha256Hex } from '../../sha256.js';

const PIECE_BYTES = 256 * 1024;
let piece: Buffer | undefined;

export interface FileHash {
  sha256: string;
  size: number;
}

/** SHA-256 of a file's bytes; undefined when it is gone. */
export function hashFile(path: string): FileHash | undefined {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = ifPresent(`cannot open ${path}`, () => openSync(path, flags));
  if (fd === undefined) return undefined;
  try {
    piece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    const length = readInto({ fd, path }, 0, piece);
    const first = piece.subarray(0, length);
    if (length < PIECE_BYTES) return { sha256: sha256Hex(first), size: length };
    const hash = builtin('node:crypto').createHash('sha256').update(first);
    let size = length;
    for (let count = PIECE_BYTES; count === PIECE_BYTES; size += count) {
      count = readInto({ fd, path }, size, piece);
      hash.update(piece.subarray(0, count));
    }
    return { sha256: hash.digest('hex'), size };
  } finally {
    closeSync(fd);
  }
}

/** SHA-256 of where a link leads; undefined when it is gone. */
export function hashLink(path: string): FileHash | undefined {
  const target = ifPresent(`cannot read ${path}`, () => readlinkSync(path, 'buffer'));
  return target && { sha256: sha256Hex(target), size: target.length };
}
