/** Random bytes without Node's crypto, whose loading costs more than a whole append. */
import { closeSync, openSync, readSync } from 'node:fs';

export type RandomSource = (length: number) => Uint8Array;

/** From `/dev/urandom`, which Linux and macOS both have. */
export const randomBytes: RandomSource = length => {
  const bytes = new Uint8Array(length);
  const fd = openSync('/dev/urandom', 'r');
  try {
    readSync(fd, bytes);
  } finally {
    closeSync(fd);
  }
  return bytes;
};

export function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += (byte < 16 ? '0' : '') + byte.toString(16);
  return digits;
}
