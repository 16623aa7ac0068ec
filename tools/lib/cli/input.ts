/** Input that does not fit into arguments: files and standard input. */
import { readText } from '../disk/read.js';
import { Failure } from '../failure.js';
import type { Io } from './command.js';

const LONGEST_INPUT_BYTES = 16 * 1024 * 1024;

/** The text of FILE, or of standard input for `-`. @throws Failure `missing`, `data` when it is not UTF-8 */
export async function readInput(path: string, io: Io): Promise<string> {
  if (path === '-') return decode(Buffer.concat(await collect(io)), 'standard input');
  const text = readText(path);
  if (text === undefined) throw new Failure('missing', `there is no file ${path}`);
  return text;
}

async function collect(io: Io): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of io.input()) {
    length += chunk.length;
    if (length > LONGEST_INPUT_BYTES) throw new Failure('data', 'standard input is longer than 16 MiB');
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
