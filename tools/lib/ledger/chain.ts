/**
 * The hash chain of one writer's day. Each of its lines carries `seq` (1, 2, 3 …) and `prev`, the SHA-256 of
 * the bytes of its previous line; the first one's is the hash of `<agent>/<day>/<writer>`, so that a day
 * cannot be passed off as another. Lines of other writers and of tools without a chain are not part of it.
 */
import { sha256Hex } from '../sha256.js';

/** The `prev` of a writer's first line of a day. */
export function genesisHash(agent: string, day: string, writer: string): string {
  return sha256Hex(`${agent}/${day}/${writer}`);
}

/** The `prev` that the line after this one carries. `line` is without its newline. */
export function lineHash(line: Uint8Array | string): string {
  return sha256Hex(line);
}
