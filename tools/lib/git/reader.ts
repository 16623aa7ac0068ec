/** Reading what git answers in lines and counted bytes, as `fast-import` and `cat-file --batch` do. */
import type { Readable } from 'node:stream';
import { errnoOf } from '../disk/errno.js';
import { GitFailure } from './git-failure.js';

export interface AnswerReader {
  /** The next line, without its newline. @throws GitFailure `disk` when git ends before */
  line(): Promise<string>;
  /** The next `length` bytes. */
  bytes(length: number): Promise<Buffer>;
}

/** @param why what git said, when it ends too early */
export function readAnswers(stdout: Readable, why: () => string): AnswerReader {
  const chunks = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { done, value } = await chunks.next().catch(endOfKilled);
    if (done) throw new GitFailure('disk', `git ended before it answered: ${why()}`);
    return value;
  };
  const bytes = async (length: number): Promise<Buffer> => {
    const parts = [rest];
    let have = rest.length;
    while (have < length) {
      const chunk = await more();
      parts.push(chunk);
      have += chunk.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = all.subarray(length);
    return all.subarray(0, length);
  };
  const line = async (): Promise<string> => {
    const parts: Buffer[] = [];
    for (;;) {
      const end = rest.indexOf(10);
      if (end !== -1) {
        parts.push(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        return Buffer.concat(parts).toString();
      }
      parts.push(rest);
      rest = await more();
    }
  };
  return { line, bytes };
}

/** A git that was killed, because time was up for instance, has no more to say. */
function endOfKilled(error: unknown): IteratorReturnResult<undefined> {
  if (errnoOf(error) === 'ERR_STREAM_PREMATURE_CLOSE') return { done: true, value: undefined };
  throw error;
}

const STEP_BYTES = 1024 * 1024;

/** Reads bytes that nobody wants, without keeping them. */
export async function passOver(answers: AnswerReader, length: number): Promise<void> {
  for (let left = length; left > 0; left -= STEP_BYTES) await answers.bytes(Math.min(left, STEP_BYTES));
}
