/**
 * What was folded of the ledger, and of each day file how far and by which last line. A fold cannot take back what
 * it took in, so when a file was rewritten all of it is made again.
 */
import type { Place } from '../root/workspace.js';
import { type KeptName, keep, readKept } from './kept.js';
import type { Progress, Word } from './progress.js';
import type { TaskStatus } from './task-status.js';

/** How far a day file was folded. */
export interface Watermark {
  /** Where the last folded line ends, its newline included. */
  offset: number;
  /** Where that line starts, and its hash. */
  lineStart: number;
  lineHash: string;
  /** The file as it was: as long as it is the same, nothing has to be read. */
  inode: number;
  size: number;
  modifiedMs: number;
}

export interface Folded {
  /** By their path below the root. */
  files: Map<string, Watermark>;
  tasks: Map<string, Progress>;
}

const NAME: KeptName = { name: 'progress', version: 1 };

/** A task: id, agent, last time, completed epoch, words, acquired, title, failed; 0 stands for no word. */
type Row = [
  string,
  string,
  number,
  number,
  KeptWord[],
  Progress['acquired'],
  Progress['title'],
  Progress['failed'],
];
type KeptWord = [number, TaskStatus] | 0;

/** What was kept; empty when nothing was. */
export function readFolded(place: Place): Folded {
  const kept = readKept(place, NAME) as { files: [string, Watermark][]; tasks: Row[] } | undefined;
  return {
    files: new Map(kept?.files),
    tasks: new Map(kept?.tasks.map(row => [row[0], progressOf(row)])),
  };
}

export function keepFolded(place: Place, { files, tasks }: Folded): void {
  keep(place, NAME, { files: [...files], tasks: [...tasks].map(rowOf) });
}

function rowOf([id, progress]: [string, Progress]): Row {
  const { agent, lastMs, completedEpoch, newest, reopened, acquired, title, failed } = progress;
  return [id, agent, lastMs, completedEpoch, [...newest, reopened].map(keptWord), acquired, title, failed];
}

function progressOf([, agent, lastMs, completedEpoch, words, acquired, title, failed]: Row): Progress {
  const [lowest = null, middle = null, highest = null, reopened = null] = words.map(wordOf);
  return {
    newest: [lowest, middle, highest],
    reopened,
    completedEpoch,
    acquired,
    title,
    failed,
    agent,
    lastMs,
  };
}

const keptWord = (word: Word | null): KeptWord => (word ? [word.atMs, word.status] : 0);
const wordOf = (kept: KeptWord): Word | null => (kept === 0 ? null : { atMs: kept[0], status: kept[1] });
