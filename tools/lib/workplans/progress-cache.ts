/**
 * What was folded of the ledger, and of each day file how far and by which last line. A fold cannot take back what
 * it took in, so when a file was rewritten all of it is made again.
 */
import type { Place } from '../root/workspace.js';
import { type KeptName, keep, readKept } from './kept.js';
import { escaped, unescaped } from './kept-plan.js';
import { noProgress, type Progress, statusOf, type Word } from './progress.js';
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

const NAME: KeptName = { name: 'progress', version: 3 };

/** A task in one list: of numbers and texts there is less to make than of objects. 0 stands for nothing. */
type Row = [
  ...[agent: string, lastMs: number, completedEpoch: number],
  ...KeptWord,
  ...KeptWord,
  ...KeptWord,
  ...KeptWord,
  ...[acquired: Progress['acquired'] | 0, title: Progress['title'] | 0, failed: Progress['failed'] | 0],
];
type KeptWord = [atMs: number, status: TaskStatus | 0];

/**
 * The progress of tasks, each made of its row once it is asked for: what its status comes to, a tab, and the list as JSON.
 */
export class TaskTable {
  private readonly made = new Map<string, Progress>();

  /** @param rows by the ids of their tasks */
  constructor(private readonly rows = new Map<string, string>()) {}

  get(id: string): Progress | undefined {
    const made = this.made.get(id);
    if (made) return made;
    const row = this.rows.get(id);
    return row === undefined ? undefined : progressOf(JSON.parse(row.slice(row.indexOf('\t') + 1)) as Row);
  }

  /** The status of a task; most are asked for nothing else. */
  status(id: string): TaskStatus | undefined {
    const made = this.made.get(id);
    if (made) return statusOf(made);
    const row = this.rows.get(id);
    return (row?.slice(0, row.indexOf('\t')) || undefined) as TaskStatus | undefined;
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

  *ids(): Generator<string> {
    yield* this.rows.keys();
    for (const id of this.made.keys()) if (!this.rows.has(id)) yield id;
  }

  /** One line for each task: its id, a tab and its row. */
  toLines(): string {
    let text = '';
    for (const id of this.ids()) {
      const made = this.made.get(id);
      text += `${escaped(id)}\t${made ? rowOf(made) : this.rows.get(id)}\n`;
    }
    return text;
  }
}

/** @param text what `toLines` gave, from `start` on */
function rowsOf(text: string, start: number): Map<string, string> {
  const rows = new Map<string, string>();
  let end = 0;
  for (let from = start; from < text.length; from = end + 1) {
    end = text.indexOf('\n', from);
    const tab = text.indexOf('\t', from);
    rows.set(unescaped(text.slice(from, tab)), text.slice(tab + 1, end));
  }
  return rows;
}

/** What was kept; empty when nothing was. */
export function readFolded(place: Place): Folded {
  const kept = readKept(place, NAME) ?? '[]\n';
  const newline = kept.indexOf('\n');
  const files = JSON.parse(kept.slice(0, newline)) as [string, Watermark][];
  return { files: new Map(files), tasks: new TaskTable(rowsOf(kept, newline + 1)) };
}

export function keepFolded(place: Place, { files, tasks }: Folded): void {
  keep(place, NAME, `${JSON.stringify([...files])}\n${tasks.toLines()}`);
}

function rowOf(progress: Progress): string {
  const { agent, lastMs, completedEpoch, newest, reopened, acquired, title, failed } = progress;
  const [lowest, middle, highest] = newest;
  const row: Row = [
    ...([agent, lastMs, completedEpoch] as const),
    ...([...kept(lowest), ...kept(middle), ...kept(highest), ...kept(reopened)] as const),
    ...([acquired ?? 0, title ?? 0, failed ?? 0] as const),
  ];
  return `${statusOf(progress) ?? ''}\t${JSON.stringify(row)}`;
}

function progressOf(row: Row): Progress {
  return {
    ...{ agent: row[0], lastMs: row[1], completedEpoch: row[2] },
    newest: [wordOf(row[3], row[4]), wordOf(row[5], row[6]), wordOf(row[7], row[8])],
    reopened: wordOf(row[9], row[10]),
    ...{ acquired: row[11] || null, title: row[12] || null, failed: row[13] || null },
  };
}

const kept = (word: Word | null): KeptWord => (word ? [word.atMs, word.status] : [0, 0]);
const wordOf = (atMs: number, status: TaskStatus | 0): Word | null =>
  status === 0 ? null : { atMs, status };
