/** Inspecting a status file: what `ledger-validate` says of it. */
import { isUtf8 } from 'node:buffer';
import { closeSync } from 'node:fs';
import { readBytes } from '../disk/append.js';
import { openForReading } from '../disk/read.js';
import type { FindingCode, Report } from '../record/finding.js';
import { shorten } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import { statusProblem } from '../record/status.js';

/** A status is a few hundred bytes; what is larger than this was not written by us. */
const LONGEST_STATUS_BYTES = 1024 * 1024;

export interface StatusSource {
  path: string;
  /** How the path is shown. */
  shown: string;
  /** Whose directory it lies in; undefined where that is not known. */
  agent: string | undefined;
}

/** @throws Failure `disk`, `unsafe` when it cannot be read */
export function inspectStatus({ path, shown, agent }: StatusSource, report: Report): void {
  const found = (code: FindingCode, message: string): void => report({ path: shown, line: 1, code, message });
  const bytes = readSmall(path);
  if (bytes.length > LONGEST_STATUS_BYTES) {
    found('too-long', 'is longer than 1 MiB');
    return;
  }
  if (!isUtf8(bytes)) found('not-utf8', 'has bytes that are not UTF-8');
  const status = parseStatus(bytes.toString());
  if (status === undefined) {
    found('json', 'is not JSON; "ledger-validate --repair" makes it again from the ledger');
    return;
  }
  const problem = statusProblem(status);
  if (problem !== undefined) found('schema', problem);
  if (!isJsonObject(status)) return;
  if (agent !== undefined && typeof status.agent === 'string' && status.agent !== agent) {
    found('wrong-agent', `is of ${shorten(status.agent)}, but lies in the directory of ${agent}`);
  }
}

/** Whether a status holds nothing that could be read, so that it has to be made again. */
export function isDamaged(path: string): boolean {
  const bytes = readSmall(path);
  return bytes.length <= LONGEST_STATUS_BYTES && !isJsonObject(parseStatus(bytes.toString()));
}

function readSmall(path: string): Buffer {
  const file = openForReading(path);
  try {
    return readBytes(file, 0, LONGEST_STATUS_BYTES + 1);
  } finally {
    closeSync(file.fd);
  }
}

function parseStatus(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
