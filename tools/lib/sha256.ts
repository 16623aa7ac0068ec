/**
 * SHA-256, hex. Loading Node's crypto costs more than half of an empty process start, so a one-shot command hashes
 * its few lines by itself; once there is more to hash than that costs, the native one is loaded and stays.
 */
import { builtin } from './builtin.js';
import { smallSha256 } from './small-sha256.js';

type Hash = (input: Uint8Array | string) => string;

const NATIVE_FROM_BYTES = 64 * 1024;
let native: Hash | undefined;
let hashedBytes = 0;

/** The 64 hex digits of SHA-256 over `input`; text is hashed as UTF-8. */
export function sha256Hex(input: Uint8Array | string): string {
  hashedBytes += input.length;
  if (native === undefined && hashedBytes < NATIVE_FROM_BYTES) {
    const digits = smallSha256(typeof input === 'string' ? Buffer.from(input) : input);
    if (digits !== undefined) return digits;
  }
  native ??= loadNative();
  return native(input);
}

/** Says that there is much to hash: the native one pays from the first byte. */
export function expectMuchToHash(): void {
  native ??= loadNative();
}

function loadNative(): Hash {
  const { createHash, hash } = builtin('node:crypto');
  // Since Node 20.12 there is one call for all, twice as fast for the length of a line. Both take text as UTF-8.
  if (typeof hash === 'function') return input => hash('sha256', input);
  return input => createHash('sha256').update(input).digest('hex');
}

/** SHA-256 of text that comes in pieces. What is short is hashed in one go, without loading anything. */
export class TextHash {
  private pending = '';
  private streaming: import('node:crypto').Hash | undefined;

  update(text: string): void {
    this.pending += text;
    if (this.pending.length < NATIVE_FROM_BYTES) return;
    this.streaming ??= builtin('node:crypto').createHash('sha256');
    this.streaming.update(this.pending);
    this.pending = '';
  }

  hex(): string {
    return this.streaming ? this.streaming.update(this.pending).digest('hex') : sha256Hex(this.pending);
  }
}
