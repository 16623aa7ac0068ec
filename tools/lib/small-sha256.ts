/**
 * SHA-256 for a few lines, by the WebAssembly of `sha256.wat`. A process that hashes a few hundred bytes and ends
 * would load a general library for longer than everything else takes, and run the algorithm in JavaScript without a
 * compiler.
 */
import { SHA256_WASM } from './sha256-wasm.js';

interface Digester {
  /** Of 256 KiB; the layout is told in `sha256.wat`. */
  memory: Uint8Array;
  digest(end: number): void;
}

/** What this uses of an interface that the types of Node do not know. */
declare const WebAssembly:
  | {
      Module: new (bytes: Uint8Array) => object;
      Instance: new (
        module: object,
      ) => { exports: { memory: { buffer: ArrayBuffer }; digest(end: number): void } };
    }
  | undefined;

const STATE_AT = 512;
const STATE_WORDS = 8;
const MESSAGE_AT = 1024;

let digester: Digester | undefined;

/**
 * The 64 hex digits of SHA-256 over `bytes`, at most 192 KiB.
 * @returns undefined where there is no WebAssembly: Node was told so, or may not use enough addresses
 */
export function smallSha256(bytes: Uint8Array): string | undefined {
  digester ??= start();
  if (digester === undefined) return undefined;
  const { memory, digest } = digester;
  const { length } = bytes;
  const end = MESSAGE_AT + ((length + 72) & ~63);
  memory.set(bytes, MESSAGE_AT);
  memory.fill(0, MESSAGE_AT + length, end);
  memory[MESSAGE_AT + length] = 0x80;
  for (let at = end - 1, bits = length * 8; bits > 0; at--, bits >>>= 8) memory[at] = bits;
  digest(end);
  let digits = '';
  for (const word of new Uint32Array(memory.buffer, STATE_AT, STATE_WORDS))
    digits += word.toString(16).padStart(8, '0');
  return digits;
}

function start(): Digester | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const module = new WebAssembly.Module(new Uint8Array(SHA256_WASM));
    const { memory, digest } = new WebAssembly.Instance(module).exports;
    return { memory: new Uint8Array(memory.buffer), digest };
  } catch (error) {
    // V8 reserves addresses around a memory, gigabytes of them; `ulimit -v` may forbid it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
