/**
 * Watermarks: how far each file of ours is on the branch, so that a push reads only what is new. They are views, kept in
 * `sync/marks/` of the control plane; one that is missing, damaged or does not fit costs a second reading and nothing else.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { removeDirectory } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { isJsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import type { SegmentEnd } from './segments.js';
import { syncDirectory } from './state.js';

/** How far a file of lines was read, and where it ends on the branch. */
export interface LineMark extends SegmentEnd {
  /** Bytes of the local file that were read. */
  read: number;
  /** Tells that file from one that was rewritten since, and may be as long. */
  version: string;
  /** The beginning of the hash of the last line before that, to notice a file that was rewritten. */
  tail: string;
}

export class Marks<T> {
  private readonly path: string;
  private readonly directory: string;
  private values: Record<string, T> | undefined;

  /** @param name of its file: an agent, or another kind of file */
  constructor(place: Place, name: string) {
    this.directory = join(syncDirectory(place), 'marks');
    this.path = join(this.directory, `${name}.json`);
  }

  get(key: string): T | undefined {
    return Object.hasOwn(this.load(), key) ? this.load()[key] : undefined;
  }

  /** Sets some marks, or forgets them where undefined, and stores all. */
  set(marks: Iterable<[string, T | undefined]>): void {
    const values = this.load();
    let isChanged = false;
    for (const [key, mark] of marks) {
      if (mark === undefined) delete values[key];
      else values[key] = mark;
      isChanged = true;
    }
    if (!isChanged) return;
    makePrivate(this.directory);
    replaceFile(this.path, JSON.stringify(values));
  }

  private load(): Record<string, T> {
    this.values ??= parse(readText(this.path)) as Record<string, T>;
    return this.values;
  }
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isJsonObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Forgets all watermarks: everything is read and compared again. */
export function forgetMarks(place: Place): void {
  removeDirectory(join(syncDirectory(place), 'marks'));
}
