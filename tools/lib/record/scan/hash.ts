/**
 * A 32-bit hash: FNV-1a, its bits mixed once more, because tables pick by the lowest.
 * @param seed makes it unforeseeable which texts meet
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `hashBytes` of the text's UTF-8. */
export function hashText(text: string, seed: number): number {
  const bytes = Buffer.from(text);
  return hashBytes(bytes, 0, bytes.length, seed);
}
