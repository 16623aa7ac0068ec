/**
 * Receipts: `receipts/<step>-<iteration>.json`, made by exclusive create once the result is in the log. The result
 * holds the hash of the receipt's bytes, so a receipt can be neither altered nor made up. One that is not what the
 * log says is kept under another name.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { readWhole } from '../disk/read.js';
import { createFile, renameFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { isReceipt } from '../record/generated/is-receipt.js';
import type { Receipt } from '../record/generated/receipt.js';
import { sha256Hex } from '../sha256.js';
import { describeRecord } from './describe.late.js';
import type { ResultNews } from './entry.js';
import { FILES } from './places.js';

export type { Receipt };

interface WrittenReceipt {
  bytes: Buffer;
  sha256: string;
}

/** The bytes of a receipt and their hash. */
export function formatReceipt(receipt: Receipt): WrittenReceipt {
  if (!isReceipt(receipt)) {
    const problem = describeRecord('receipt', receipt);
    throw new Failure('data', `the receipt of ${receipt.step} cannot be written: ${problem}`);
  }
  const bytes = Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`);
  return { bytes, sha256: sha256Hex(bytes) };
}

function receiptPath(directory: string, { step, iteration }: InStep): string {
  return join(directory, FILES.receipts, `${step}-${iteration}.json`);
}

type InStep = Pick<ResultNews, 'step' | 'iteration'>;

/** Makes the receipt of a result that is in the log. @param id names what is set aside */
export function writeReceipt(directory: string, of: InStep, receipt: WrittenReceipt, id: string): void {
  const path = receiptPath(directory, of);
  makePrivate(join(directory, FILES.receipts));
  if (createFile(path, receipt.bytes)) return;
  renameFile(path, `${path}.rejected-${id}`);
  if (!createFile(path, receipt.bytes)) throw new Failure('disk', `cannot write ${path}: it is there again`);
}

/** Why a result is not proven; undefined when it is. */
export function receiptProblem(
  directory: string,
  result: InStep & Pick<ResultNews, 'receipt_sha256'>,
): string | undefined {
  const bytes = readWhole(receiptPath(directory, result));
  if (bytes === undefined) return 'its receipt is missing';
  return sha256Hex(bytes) === result.receipt_sha256 ? undefined : 'its receipt is not the one that was made';
}
