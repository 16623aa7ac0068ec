/** Bytes that are searched at many places, and texts that are looked for in them. */

export interface Scanned {
  bytes: Buffer;
  /** Of the same bytes: four are compared at once. */
  view: DataView;
}

export function scanned(bytes: Buffer): Scanned {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

export interface Literal {
  text: string;
  length: number;
  /** The text four bytes at a time; the last four overlap the ones before. */
  words: Int32Array;
  lastWord: number;
}

const WORD_BYTES = 4;

/** @param text at least four ASCII characters, or it is found nowhere */
export function literal(text: string): Literal {
  const bytes = Buffer.from(text, 'latin1');
  const count = Math.trunc(bytes.length / WORD_BYTES);
  const words = Int32Array.from({ length: count }, (_, index) => bytes.readInt32LE(index * WORD_BYTES));
  const lastWord = count > 0 ? bytes.readInt32LE(bytes.length - WORD_BYTES) : 0;
  return { text, length: bytes.length, words, lastWord };
}

/** Whether the text stands at a place. */
export function hasAt({ bytes, view }: Scanned, at: number, { words, length, lastWord }: Literal): boolean {
  if (words.length === 0 || at + length > bytes.length) return false;
  for (let index = 0; index < words.length; index++) {
    if (view.getInt32(at + index * WORD_BYTES, true) !== words[index]) return false;
  }
  return view.getInt32(at + length - WORD_BYTES, true) === lastWord;
}
