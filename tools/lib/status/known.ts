/**
 * What can be understood of a status file, whoever wrote it: files of older tools lack keys, damaged ones may
 * hold anything. A key that is not as it should be counts as not there.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseTimestamp } from '../clock.js';
import { ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import { statusProblem } from '../record/status.js';
import { isState, type State } from './fold.js';
import { readStatus } from './store.js';

export interface KnownStatus {
  state: State | undefined;
  last_task_id: string | null;
  session_id: string | null;
  last_error: string | null;
  last_heartbeat: string | undefined;
  updated_at: string | undefined;
  /** What is wrong with the file; undefined when it is as it should be. */
  problem: string | undefined;
}

export function knownStatus(path: string): KnownStatus {
  const { value, problem } = load(path);
  const text = (key: string): string | null => {
    const found = value[key];
    return typeof found === 'string' ? found : null;
  };
  const time = (key: string): string | undefined => {
    const found = text(key);
    return found !== null && parseTimestamp(found) !== undefined ? found : undefined;
  };
  return {
    state: isState(value.state) ? value.state : undefined,
    last_task_id: text('last_task_id'),
    session_id: text('session_id'),
    last_error: text('last_error'),
    last_heartbeat: time('last_heartbeat'),
    updated_at: time('updated_at'),
    problem,
  };
}

function load(path: string): { value: Record<string, unknown>; problem?: string } {
  const name = basename(path);
  try {
    const stats = ifPresent(`cannot look at ${path}`, () => statSync(path));
    // Reading a pipe would wait for somebody who writes.
    if (stats && !stats.isFile()) return { value: {}, problem: `${name} is not a regular file` };
    const value = readStatus(path);
    if (value === undefined) return { value: {}, problem: `${name} is damaged: it is not a JSON object` };
    const problem = statusProblem(value);
    if (problem === undefined) return { value: { ...value } };
    return { value: { ...value }, problem: `${name} is of an older tool or damaged: ${problem}` };
  } catch (error) {
    if (error instanceof Failure) return { value: {}, problem: error.message };
    throw error;
  }
}
