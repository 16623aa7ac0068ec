/**
 * What is kept in the control plane to be quicker the next time: `<name>.cache`, one line with its version, its
 * root and a hash, then JSON. It can be deleted. What is damaged, of another version or of another root is as if
 * it were not there; so is what cannot be read or written.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';

export interface KeptName {
  name: string;
  /** Changes with the form of what is kept. */
  version: number;
}

/** @returns what was kept, in the form of this version; undefined when nothing of use was */
export function readKept(place: Place, { name, version }: KeptName): unknown {
  try {
    const text = readText(pathOf(place, name)) ?? '';
    const newline = text.indexOf('\n');
    const body = text.slice(newline + 1);
    return newline !== -1 && text.slice(0, newline) === titleOf(place, version, body)
      ? JSON.parse(body)
      : undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}

/** Keeps a value, unless another process is about to. */
export function keep(place: Place, { name, version }: KeptName, value: unknown): void {
  try {
    makePrivate(place.control);
    const path = pathOf(place, name);
    const lock = holdLock(`${path}.lock`);
    if (lock === undefined) return;
    try {
      const body = JSON.stringify(value);
      replaceFile(path, `${titleOf(place, version, body)}\n${body}`);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

const pathOf = ({ control }: Place, name: string): string => join(control, `${name}.cache`);

function titleOf({ root }: Place, version: number, body: string): string {
  return `${version} ${sha256Hex(root).slice(0, 16)} ${sha256Hex(body)}`;
}
