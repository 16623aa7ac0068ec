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
 * The progress of tasks, each made of its line once it is asked for: its id, what its status comes to, and the list as
 * JSON, between tabs.
 */
export class TaskTable {
  private readonly made = new Map<string, Progress>();

  /** Where in the text the line of a task has its status, by its id. */
  private readonly places = new Map<string, number>();

  /** @param text what `toLines` gave */
  constructor(private readonly text = '') {
    for (let from = 0; from < text.length; from = text.indexOf('\n', from) + 1) {
      const tab = text.indexOf('\t', from);
      this.places.set(unescaped(text.slice(from, tab)), tab + 1);
    }
  }

  get(id: string): Progress | undefined {
    const made = this.made.get(id);
    if (made) return made;
    const row = this.row(id);
    return row === undefined ? undefined : progressOf(JSON.parse(row.slice(row.indexOf('\t') + 1)) as Row);
  }

  /** The status of a task; most are asked for nothing else. */
  status(id: string): TaskStatus | undefined {
    const made = this.made.get(id);
    if (made) return statusOf(made);
    const place = this.places.get(id);
    if (place === undefined) return undefined;
    return (this.text.slice(place, this.text.indexOf('\t', place)) || undefined) as TaskStatus | undefined;
  }

  private row(id: string): string | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.text.slice(place, this.text.indexOf('\n', place));
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
    yield* this.places.keys();
    for (const id of this.made.keys()) if (!this.places.has(id)) yield id;
  }

  /** One line for each task: its id, a tab and its row. */
  toLines(): string {
    let text = '';
    for (const id of this.ids()) {
      const made = this.made.get(id);
      text += `${escaped(id)}\t${made ? rowOf(made) : this.row(id)}\n`;
    }
    return text;
  }
}

/** What was kept; empty when nothing was. */
export function readFolded(place: Place): Folded {
  const kept = readKept(place, NAME) ?? '[]\n';
  const newline = kept.indexOf('\n');
  const files = JSON.parse(kept.slice(0, newline)) as [string, Watermark][];
  return { files: new Map(files), tasks: new TaskTable(kept.slice(newline + 1)) };
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
