/**
 * What is kept in the control plane to be quicker the next time: `<name>.cache`, one line with its version, its
 * root and a hash, then a text. It can be deleted. What is damaged, of another version or of another root is as if
 * it were not there; so is what cannot be read or written.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { readWhole } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';

export interface KeptName {
  name: string;
  /** Changes with the form of what is kept. */
  version: number;
}

/** @returns the text that was kept, in the form of this version; undefined when nothing of use was */
export function readKept(place: Place, { name, version }: KeptName): string | undefined {
  try {
    const bytes = readWhole(pathOf(place, name));
    const newline = bytes?.indexOf(10) ?? -1;
    if (bytes === undefined || newline === -1) return undefined;
    const body = bytes.subarray(newline + 1);
    return bytes.toString('latin1', 0, newline) === titleOf(place, version, body)
      ? body.toString()
      : undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}

/** Keeps a text, unless another process is about to. */
export function keep(place: Place, { name, version }: KeptName, text: string): void {
  try {
    makePrivate(place.control);
    const path = pathOf(place, name);
    const lock = holdLock(`${path}.lock`);
    if (lock === undefined) return;
    try {
      const body = Buffer.from(text);
      replaceFile(path, Buffer.concat([Buffer.from(`${titleOf(place, version, body)}\n`), body]));
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

const pathOf = ({ control }: Place, name: string): string => join(control, `${name}.cache`);

function titleOf({ root }: Place, version: number, body: Buffer): string {
  return `${version} ${sha256Hex(root).slice(0, 16)} ${sha256Hex(body)}`;
}
