/** Input that does not fit into arguments: files and standard input. */
import { resolve } from 'node:path';
import { readAtMost } from '../disk/read.js';
import { Failure } from '../failure.js';
import type { Io } from './command.js';

const LONGEST_INPUT_BYTES = 16 * 1024 * 1024;

/** The text of FILE, or of standard input for `-`. @throws Failure `missing`, `data` when it is not UTF-8 */
export async function readInput(path: string, io: Io): Promise<string> {
  if (path === '-') return decode(Buffer.concat(await collect(io)), 'standard input');
  const bytes = readAtMost(resolve(io.cwd, path), LONGEST_INPUT_BYTES + 1);
  if (bytes === undefined) throw new Failure('missing', `there is no file ${path}`);
  if (bytes.length > LONGEST_INPUT_BYTES) throw tooLong(path);
  return decode(bytes, path);
}

const tooLong = (what: string): Failure => new Failure('data', `${what} is longer than 16 MiB`);

async function collect(io: Io): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of io.input()) {
    length += chunk.length;
    if (length > LONGEST_INPUT_BYTES) throw tooLong('standard input');
    chunks.push(chunk);
  }
  return chunks;
}

function decode(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new Failure('data', `${what} is not UTF-8`);
    throw error;
  }
}
