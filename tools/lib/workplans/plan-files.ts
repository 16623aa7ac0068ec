/**
 * Workplans by their files. What was parsed is kept beside what tells a version of the file from another: the blob, where
 * git has just found the file to be that; else its size and times, as git keeps them. A file that has not changed since
 * is not read. One that was written within the last moments is not trusted to show its next change by its times.
 */
import { type Stats, statSync } from 'node:fs';
import { ifPresent } from '../disk/errno.js';
import { readWhole } from '../disk/read.js';
import type { Place } from '../root/workspace.js';
import type { Candidate } from './find.js';
import { type KeptName, keep, readKept } from './kept.js';
import { formatRows, type PlanRow, parseRows } from './kept-plan.js';
import { NotSimple, simpleOnly } from './mapping.js';
import { parseWorkplan, type Workplan } from './parse.js';
import { loadYaml } from './yaml.js';

const NAME: KeptName = { name: 'workplans', version: 2 };
/** The coarsest times that a file system of today has. */
const SETTLED_AFTER_MS = 2000;

function lookAt(path: string): Stats | undefined {
  return ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
}

const versionOf = ({ ino, size, mtimeMs, ctimeMs }: Stats): string => `${ino} ${size} ${mtimeMs} ${ctimeMs}`;

export class PlanFiles {
  private kept: Map<string, () => PlanRow> | undefined;
  private readonly rows: PlanRow[] = [];
  private hasNews = false;
  private readYaml = simpleOnly;

  constructor(
    private readonly place: Place,
    private readonly nowMs: number,
  ) {}

  /** Reads what is kept; otherwise that is done with the first file. */
  prepare(): Map<string, () => PlanRow> {
    this.kept ??= parseRows(readKept(this.place, NAME) ?? '');
    return this.kept;
  }

  /** @returns undefined for what is no workplan, or gone @throws Failure when the file cannot be read */
  async read({ path, blob }: Pick<Candidate, 'path' | 'blob'>): Promise<Workplan | undefined> {
    const stats = blob === undefined ? lookAt(path) : undefined;
    const version = stats ? versionOf(stats) : blob;
    if (version === undefined) return undefined;
    const kept = this.prepare().get(path)?.();
    if (kept?.version === version) {
      this.rows.push(kept);
      return kept.plan;
    }
    const bytes = readWhole(path);
    const plan = bytes && (await this.parse(bytes));
    if (!stats || this.isSettled(stats)) this.rows.push({ path, version, plan });
    this.hasNews = true;
    return plan;
  }

  /** The YAML parser is loaded once something needs it. */
  private async parse(bytes: Buffer): Promise<Workplan | undefined> {
    try {
      return parseWorkplan(bytes, this.readYaml);
    } catch (error) {
      if (!(error instanceof NotSimple)) throw error;
      this.readYaml = await loadYaml();
      return parseWorkplan(bytes, this.readYaml);
    }
  }

  /** Keeps what was read since it was made; what was not asked for is forgotten. */
  keep(): void {
    if (this.hasNews || this.rows.length !== this.prepare().size)
      keep(this.place, NAME, formatRows(this.rows));
  }

  private isSettled({ mtimeMs, ctimeMs }: Stats): boolean {
    return Math.max(mtimeMs, ctimeMs) < this.nowMs - SETTLED_AFTER_MS;
  }
}
