/**
 * SHA-256, hex. Loading Node's crypto costs a sixth of an empty process start, so a one-shot command hashes
 * its one line by itself; once there is more to hash than that costs, the native one is loaded and stays.
 */
import { builtin } from './builtin.js';
import { smallSha256 } from './small-sha256.js';

type Hash = (bytes: Uint8Array) => string;

const NATIVE_FROM_BYTES = 64 * 1024;
let native: Hash | undefined;
let hashedBytes = 0;

/** The 64 hex digits of SHA-256 over `input`; text is hashed as UTF-8. */
export function sha256Hex(input: Uint8Array | string): string {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  hashedBytes += bytes.length;
  if (!native && hashedBytes < NATIVE_FROM_BYTES) return smallSha256(bytes);
  native ??= loadNative();
  return native(bytes);
}

function loadNative(): Hash {
  const { createHash, hash } = builtin('node:crypto');
  // Since Node 20.12 there is one call for all, twice as fast for the length of a line.
  if (typeof hash === 'function') return bytes => hash('sha256', bytes);
  return bytes => createHash('sha256').update(bytes).digest('hex');
}
