/**
 * Workplans as they are kept: a line for the file, a line for each task, fields between tabs. Of most tasks only id and
 * status are ever asked for, so the rest of a line is parsed when something of it is. All of it is ASCII, which is read
 * in half the time.
 */
import type { Problem, Workplan, WorkplanTask } from './parse.js';
import type { TaskStatus } from './task-status.js';

/** A file, what tells a version of it from another, and the workplan in it. */
export interface PlanRow {
  path: string;
  version: string;
  /** Undefined for a file that is no workplan. */
  plan: Workplan | undefined;
}

/** What few tasks have. */
type Rare = Pick<WorkplanTask, 'title' | 'synonym' | 'hubId'>;
type Usual = Pick<WorkplanTask, 'line' | 'place' | 'priority' | 'heading' | 'assignee'>;

const NOT_ASCII = /[^\x00-\x7f]/g;

/** JSON in one line of ASCII. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    NOT_ASCII,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text without tabs, newlines and what is not ASCII. */
export const escaped = (text: string): string => asciiJson(text).slice(1, -1);

export const unescaped = (text: string): string =>
  text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;

/** The lines of rows, a blank line after each. */
export function formatRows(rows: Iterable<PlanRow>): string {
  let text = '';
  for (const { path, version, plan } of rows) {
    text += `${escaped(path)}\t${version}\t${plan ? asciiJson(plan.problems) : ''}\n`;
    for (const task of plan?.tasks ?? []) text += `${lineOf(task)}\n`;
    text += '\n';
  }
  return text;
}

/** Rows by their paths, each made once it is asked for. */
export function parseRows(text: string): Map<string, () => PlanRow> {
  const rows = new Map<string, () => PlanRow>();
  let next = 0;
  for (let start = 0; start < text.length; start = next) {
    const [from, to] = [start, text.indexOf('\n\n', start)];
    next = to + 2;
    rows.set(unescaped(text.slice(from, text.indexOf('\t', from))), () => parseRow(text.slice(from, to)));
  }
  return rows;
}

function parseRow(text: string): PlanRow {
  const [head, ...lines] = text.split('\n') as [string, ...string[]];
  const [path, version, problems] = head.split('\t') as [string, string, string];
  const plan = problems && {
    tasks: lines.map(line => new KeptTask(line)),
    problems: JSON.parse(problems) as Problem[],
  };
  return { path: unescaped(path), version, plan: plan || undefined };
}

function lineOf(task: WorkplanTask): string {
  if (task instanceof KeptTask) return task.text;
  const { id, status, dependsOn, title, synonym, hubId } = task;
  const { line, place, priority, heading, assignee } = task;
  const isRare = [title, synonym, hubId].some(value => value !== undefined);
  const rare = isRare ? asciiJson({ title, synonym, hubId }) : '';
  const usual = asciiJson({ line, place, priority, heading, assignee });
  return [escaped(id), status, rare, usual, ...dependsOn.map(escaped)].join('\t');
}

const NOTHING: Rare = { title: undefined, synonym: undefined, hubId: undefined };

class KeptTask implements WorkplanTask {
  readonly id: string;
  readonly status: TaskStatus;
  /** Where the fields begin that are parsed late. */
  private readonly rest: number;
  private made: Usual | undefined;
  private readonly rare: Rare;

  /** @param text what `lineOf` gave */
  constructor(readonly text: string) {
    const afterId = text.indexOf('\t');
    const afterStatus = text.indexOf('\t', afterId + 1);
    this.rest = text.indexOf('\t', afterStatus + 1) + 1;
    this.id = unescaped(text.slice(0, afterId));
    this.status = text.slice(afterId + 1, afterStatus) as TaskStatus;
    const rare = text.slice(afterStatus + 1, this.rest - 1);
    this.rare = rare === '' ? NOTHING : { ...NOTHING, ...(JSON.parse(rare) as Rare) };
  }

  get title(): string | undefined {
    return this.rare.title;
  }

  get synonym(): string | undefined {
    return this.rare.synonym;
  }

  get hubId(): string | undefined {
    return this.rare.hubId;
  }

  get line(): number {
    return this.usual().line;
  }

  get place(): WorkplanTask['place'] {
    return this.usual().place;
  }

  get priority(): string | undefined {
    return this.usual().priority;
  }

  get heading(): string | undefined {
    return this.usual().heading;
  }

  get assignee(): string | undefined {
    return this.usual().assignee;
  }

  get dependsOn(): string[] {
    // Asked for of every task, and parsing what stands before them would cost more than all the rest.
    const after = this.text.indexOf('\t', this.rest);
    if (after === -1) return [];
    const ids = this.text.slice(after + 1);
    return ids.includes('\t') ? ids.split('\t').map(unescaped) : [unescaped(ids)];
  }

  private usual(): Usual {
    if (this.made === undefined) {
      const after = this.text.indexOf('\t', this.rest);
      this.made = JSON.parse(this.text.slice(this.rest, after === -1 ? undefined : after)) as Usual;
    }
    return this.made;
  }
}
