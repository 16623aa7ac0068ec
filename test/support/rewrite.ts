/** Rewriting a file whose bad lines begin with `bad`. The clock's pauses are where others write to it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../tools/lib/clock.js';
import { type Rewritten, rewriteLines } from '../../tools/lib/disk/rewrite.js';
import { temporaryDirectory, testClock } from './workspace.js';

export const keeps = (line: Buffer): boolean => !line.toString().startsWith('bad');

interface Meanwhile {
  /** Done at each pause. */
  sleep?: (pause: number) => void;
  beforeReplace?: (placeIn: (place: number) => number) => void;
}

export function rewrite(
  path: string,
  { sleep, beforeReplace = () => undefined }: Meanwhile = {},
): Rewritten | undefined {
  let pause = 0;
  const clock: Clock = { ...testClock(), sleepMs: () => sleep?.(pause++) };
  return rewriteLines(path, { id: 'x', clock, keeps, beforeReplace });
}

export function fileOf(content: string): string {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, content);
  return path;
}

export const read = (path: string): string => readFileSync(path, 'utf8');
export const namesBeside = (path: string): string[] => readdirSync(dirname(path)).sort();
