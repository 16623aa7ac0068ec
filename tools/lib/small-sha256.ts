/**
 * SHA-256 (FIPS 180-4) for one line: the algorithm and nothing else. A process that hashes a few hundred bytes
 * and ends spends most of the time of a general library on the library.
 */
let roundConstants: Int32Array | undefined;
const INITIAL = new Int32Array(8);

/** Fractions of the square and cube roots of the first primes (sections 4.2.2 and 5.3.3). */
function constants(): Int32Array {
  const roots = new Int32Array(64);
  for (let candidate = 2, count = 0; count < 64; candidate++) {
    let isPrime = true;
    for (let factor = 2; factor * factor <= candidate; factor++)
      if (candidate % factor === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) INITIAL[count] = (candidate ** 0.5 % 1) * 2 ** 32;
    roots[count++] = (candidate ** (1 / 3) % 1) * 2 ** 32;
  }
  return roots;
}

/** The 64 hex digits of SHA-256 over `bytes`, which are at most some KiB. */
export function smallSha256(bytes: Uint8Array): string {
  roundConstants ??= constants();
  const message = Buffer.alloc((bytes.length + 72) & ~63);
  message.set(bytes);
  message[bytes.length] = 0x80;
  message.writeUInt32BE(bytes.length * 8, message.length - 4);
  const state = Int32Array.from(INITIAL);
  const words = new Int32Array(64);
  for (let at = 0; at < message.length; at += 64) digestBlock(state, words, message, at);
  let digits = '';
  for (const word of state) digits += (word >>> 0).toString(16).padStart(8, '0');
  return digits;
}

function digestBlock(state: Int32Array, w: Int32Array, message: Buffer, at: number): void {
  const k = roundConstants!;
  for (let i = 0; i < 16; i++) w[i] = message.readInt32BE(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index]! += word;
}
