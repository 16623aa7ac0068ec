/** Hashes of files, read in pieces so that no size of them matters. */
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { builtin } from '../../builtin.js';
import { diskFailure, ifPresent } from '../../disk/errno.js';
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
  piece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    // A regular file gives all it has: less than asked for is its end.
    let length = readSync(fd, piece, 0, PIECE_BYTES, 0);
    if (length < PIECE_BYTES) return { sha256: sha256Hex(piece.subarray(0, length)), size: length };
    const hash = builtin('node:crypto').createHash('sha256');
    let size = 0;
    for (; length > 0; length = readSync(fd, piece, 0, PIECE_BYTES, size)) {
      hash.update(piece.subarray(0, length));
      size += length;
    }
    return { sha256: hash.digest('hex'), size };
  } catch (error) {
    throw diskFailure(error, `cannot read ${path}`);
  } finally {
    closeSync(fd);
  }
}

/** SHA-256 of where a link leads; undefined when it is gone. */
export function hashLink(path: string): FileHash | undefined {
  const target = ifPresent(`cannot read ${path}`, () => readlinkSync(path, 'buffer'));
  return target && { sha256: sha256Hex(target), size: target.length };
}
