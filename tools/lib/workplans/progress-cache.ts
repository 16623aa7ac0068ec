/**
 * What was folded of the ledger, and of each day file how far and by which last line. A fold cannot take back what
 * it took in, so when a file was rewritten all of it is made again.
 */
import type { Place } from '../root/workspace.js';
import { type KeptName, keep, readKept } from './kept.js';
import { noProgress, type Progress, type Word } from './progress.js';
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
  tasks: TaskTable;
}

const NAME: KeptName = { name: 'progress', version: 2 };

/** A task in one list: of numbers and texts there is less to make than of objects. 0 stands for nothing. */
type Row = [
  ...[id: string, agent: string, lastMs: number, completedEpoch: number],
  ...KeptWord,
  ...KeptWord,
  ...KeptWord,
  ...KeptWord,
  ...[acquired: Progress['acquired'] | 0, title: Progress['title'] | 0, failed: Progress['failed'] | 0],
];
type KeptWord = [atMs: number, status: TaskStatus | 0];

/** The progress of tasks, each made of its row once it is asked for. */
export class TaskTable {
  private readonly made = new Map<string, Progress>();

  constructor(private readonly rows = new Map<string, Row>()) {}

  get(id: string): Progress | undefined {
    const made = this.made.get(id);
    if (made) return made;
    const row = this.rows.get(id);
    return row && progressOf(row);
  }

  /** To be changed. */
  open(id: string): Progress {
    let progress = this.made.get(id);
    if (progress === undefined) {
      progress = this.get(id) ?? noProgress();
      this.made.set(id, progress);
    }
    return progress;
  }

  ids(): Set<string> {
    return new Set([...this.rows.keys(), ...this.made.keys()]);
  }

  toRows(): Row[] {
    return [...this.ids()].map(id => {
      const made = this.made.get(id);
      return made ? rowOf(id, made) : this.rows.get(id)!;
    });
  }
}

/** What was kept; empty when nothing was. */
export function readFolded(place: Place): Folded {
  const kept = readKept(place, NAME) as { files: [string, Watermark][]; tasks: Row[] } | undefined;
  const rows = kept?.tasks.map((row): [string, Row] => [row[0], row]);
  return { files: new Map(kept?.files), tasks: new TaskTable(new Map(rows)) };
}

export function keepFolded(place: Place, { files, tasks }: Folded): void {
  keep(place, NAME, { files: [...files], tasks: tasks.toRows() });
}

function rowOf(id: string, progress: Progress): Row {
  const { agent, lastMs, completedEpoch, newest, reopened, acquired, title, failed } = progress;
  const [lowest, middle, highest] = newest;
  return [
    ...([id, agent, lastMs, completedEpoch] as const),
    ...([...kept(lowest), ...kept(middle), ...kept(highest), ...kept(reopened)] as const),
    ...([acquired ?? 0, title ?? 0, failed ?? 0] as const),
  ];
}

function progressOf(row: Row): Progress {
  return {
    ...{ agent: row[1], lastMs: row[2], completedEpoch: row[3] },
    newest: [wordOf(row[4], row[5]), wordOf(row[6], row[7]), wordOf(row[8], row[9])],
    reopened: wordOf(row[10], row[11]),
    ...{ acquired: row[12] || null, title: row[13] || null, failed: row[14] || null },
  };
}

const kept = (word: Word | null): KeptWord => (word ? [word.atMs, word.status] : [0, 0]);
const wordOf = (atMs: number, status: TaskStatus | 0): Word | null =>
  status === 0 ? null : { atMs, status };
