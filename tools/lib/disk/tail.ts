/**
 * The last line of an append-only file after a crash or a careless tool. A last line that is whole but lacks
 * its newline is completed. One that is torn is moved to `<file>.torn-<id>`, synced there first, and only then
 * cut off: nothing is dropped, and the next record is not glued to it. The caller holds the lock.
 */
import { Failure } from '../failure.js';
import { type AppendFile, appendBytes, readBytes, truncateTo } from './append.js';
import { lineStart } from './read.js';
import { createFile } from './replace.js';

const NEWLINE = 10;

export interface TailRules {
  /** Names the quarantine file. */
  id: string;
  /** Whether a parsed last line is a whole record. */
  isWhole(value: unknown): boolean;
}

/**
 * Makes the file end with a newline.
 * @returns what was done, for the user; undefined when nothing had to be
 */
export function healTail(file: AppendFile, { id, isWhole }: TailRules): string | undefined {
  if (file.size === 0 || readBytes(file, file.size - 1, 1)[0] === NEWLINE) return undefined;
  const start = lineStart(file, file.size);
  const fragment = readBytes(file, start, file.size - start);
  if (isWholeRecord(fragment, isWhole)) {
    appendBytes(file, Buffer.of(NEWLINE));
    return `completed the last line of ${file.path}, which lacked its newline`;
  }
  const quarantine = `${file.path}.torn-${id}`;
  if (!createFile(quarantine, fragment))
    throw new Failure('disk', `${quarantine} exists already; run it again`);
  truncateTo(file, start);
  return `moved a torn last line of ${file.path} (${fragment.length} bytes) to ${quarantine}`;
}

function isWholeRecord(bytes: Buffer, isWhole: TailRules['isWhole']): boolean {
  try {
    return isWhole(JSON.parse(bytes.toString()));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
