/**
 * The local claims log, `claims.jsonl` in the control plane: one op a line, appended under the claims lock in
 * one write and synced. `seq` counts 1, 2, 3 …, `prev` is the SHA-256 of the line before. The log is the truth:
 * everything else here is a view of it. A log that has lost its end goes on with the number and the hash after the
 * lost ones, so that the gap stays visible.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { type AppendFile, appendBytes, readBytes } from '../disk/append.js';
import { ifPresent } from '../disk/errno.js';
import { chunksOf, linesOf, type OpenFile } from '../disk/read.js';
import { Failure } from '../failure.js';
import { parseAs } from '../parse-as.js';
import { join } from '../path.js';
import { isClaimOp as isValidOp } from '../record/generated/is-claim-op.js';
import type { Place } from '../root/workspace.js';
import { knownWriter } from '../root/writer.js';
import { sha256Hex } from '../sha256.js';
import type { ClaimOp, Op } from './fold.js';

/** Where the log stands: its newest op, its size, the hash of its last line. */
export interface LogHead {
  seq: number;
  size: number;
  hash: string;
  /**
   * The highest number that is missing before the newest op; 0 when none is. As a task's epoch is at most the number
   * of the op that gave it, no lost op gave a higher one than this.
   */
  floor: number;
}

const LONGEST_OP_BYTES = 8192;

export function logPath(place: Place): string {
  return join(place.control, 'claims.jsonl');
}

export function emptyLog(writer: string): LogHead {
  return { seq: 0, size: 0, hash: sha256Hex(`claims/${writer}`), floor: 0 };
}

export function isClaimOp(value: unknown): value is ClaimOp {
  return isValidOp(value);
}

export interface LoggedOp {
  op: ClaimOp;
  /** Where its line starts. */
  offset: number;
}

/**
 * The ops after `head`, which moves along with them. A line that is none, and one whose number has been there
 * already, is passed over; `warn` is told, as it is about a gap or a changed line.
 */
export function* opsAfter(
  file: { fd: number | undefined; path: string },
  head: LogHead,
  warn: (message: string) => void,
): Generator<LoggedOp> {
  for (const chunk of chunksOf(file, head.size)) {
    for (const { bytes, position, isTerminated } of linesOf(chunk)) {
      if (!isTerminated) return;
      head.size = position + bytes.length + 1;
      const op = parseOp(bytes);
      const problem = op ? orderProblem(op, head) : 'is not a claim op';
      if (problem !== undefined) warn(`${file.path}: the line at byte ${position} ${problem}`);
      if (!op || op.seq <= head.seq) continue;
      if (op.seq > head.seq + 1) head.floor = op.seq - 1;
      head.seq = op.seq;
      head.hash = sha256Hex(bytes);
      yield { op, offset: position };
    }
  }
}

/** Every op of the log, oldest first, for a reader. */
export function* readHistory(place: Place, warn: (message: string) => void): Generator<ClaimOp> {
  const file = openLog(place);
  if (file === undefined) return;
  try {
    for (const { op } of opsAfter(file, emptyLog(knownWriter(place.control) ?? ''), warn)) yield op;
  } finally {
    closeSync(file.fd);
  }
}

/** The log for a reader, who closes it; undefined when nothing was ever claimed. */
export function openLog(place: Place): OpenFile | undefined {
  const path = logPath(place);
  const fd = ifPresent(`cannot open ${path}`, () => openSync(path, constants.O_RDONLY));
  return fd === undefined ? undefined : { fd, path };
}

/** The op whose line starts at a byte of the log; undefined when none does. */
export function opAt(file: { fd: number | undefined; path: string }, offset: number): ClaimOp | undefined {
  const bytes = readBytes(file, offset, LONGEST_OP_BYTES);
  return parseOp(bytes.subarray(0, bytes.indexOf(10)));
}

/** Whether a line that ends at byte `size` has this hash. */
export function endsWith(
  file: { fd: number | undefined; path: string },
  size: number,
  hash: string,
): boolean {
  const start = Math.max(0, size - LONGEST_OP_BYTES);
  const bytes = readBytes(file, start, size - start);
  if (bytes.length < size - start || bytes.at(-1) !== 10) return false;
  // Not Buffer's own, which would have to be compiled first.
  const before = Uint8Array.prototype.lastIndexOf.call(bytes, 10, bytes.length - 2);
  return sha256Hex(bytes.subarray(before + 1, -1)) === hash;
}

function parseOp(bytes: Buffer): ClaimOp | undefined {
  return parseAs(bytes.toString(), isClaimOp);
}

function orderProblem({ seq, prev }: ClaimOp, head: LogHead): string | undefined {
  if (seq <= head.seq) return `repeats number ${seq}, after ${head.seq}; it is passed over`;
  if (seq > head.seq + 1) return `has number ${seq}, after ${head.seq}: lines are missing before it`;
  return prev === head.hash ? undefined : 'does not fit the line before it, which was changed';
}

/** Appends ops; what is returned is on disk. */
export function appendOps(file: AppendFile, head: LogHead, ops: Op[]): LoggedOp[] {
  let { seq, hash } = head;
  let offset = file.size;
  const lines: Buffer[] = [];
  const logged = ops.map(op => {
    const full: ClaimOp = { schema_version: 1, seq: ++seq, ...op, prev: hash };
    const line = Buffer.from(`${JSON.stringify(full)}\n`);
    if (!isClaimOp(full)) throw new Failure('data', `the ${op.op} of ${op.task_id} breaks its schema`);
    hash = sha256Hex(line.subarray(0, -1));
    lines.push(line);
    const placed = { op: full, offset };
    offset += line.length;
    return placed;
  });
  // To compile what joins buffers costs more than the rest of this.
  appendBytes(file, lines.length === 1 ? lines[0]! : Buffer.concat(lines), true);
  Object.assign(head, { seq, hash, size: file.size });
  return logged;
}
