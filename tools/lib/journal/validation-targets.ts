/**
 * What there is to validate: the paths a person named, or all of a root. Directories are searched for day
 * files and status files. A link is followed as long as it does not lead out of the root, or out of the
 * directory that was named; each file is taken once, however many names lead to it.
 */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { listDirectory } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import { agentOfLedger, parseDayFileName } from '../ledger/day-file.js';
import type { Source } from '../ledger/inspect/inspector.js';
import type { StatusSource } from '../status/inspect.js';
import { agentOfStatus, isStatusName } from '../status/store.js';

export interface DaySource extends Source {
  /** The root whose ledger it lies in; undefined when the path does not say. */
  root: string | undefined;
  /** Undefined for a checkout's own file, or when the name does not say. */
  writer: string | undefined;
  segment: number;
  size: number;
}

export interface StatusTarget extends StatusSource {
  root: string | undefined;
}

export interface Targets {
  /** Their paths are real. */
  days: DaySource[];
  statuses: StatusTarget[];
  /** Files in a ledger that no reader takes for a day file. */
  strays: string[];
  /** What cannot be looked at, and why. */
  failures: { shown: string; failure: Failure }[];
  /** Roots that are validated as a whole, by their real paths. */
  roots: NamedPath[];
}

export interface NamedPath {
  path: string;
  /** How it is shown. */
  shown: string;
}

/** A directory that is searched; what lies outside of `base` is not its. */
interface Search extends NamedPath {
  base: string;
}

export class TargetSearch {
  readonly targets: Targets = { days: [], statuses: [], strays: [], failures: [], roots: [] };
  private readonly taken = new Set<string>();

  /** @param withSegments a segment of a copied day brings the others along */
  constructor(private readonly withSegments: boolean) {}

  /** @throws Failure `missing` when there is no such path */
  addNamed({ path, shown }: NamedPath): void {
    const stats = statsOf(path);
    if (stats === undefined) throw new Failure('missing', `there is no file or directory ${shown}`);
    if (!stats.isDirectory()) {
      this.addNamedFile({ path, shown }, stats);
      return;
    }
    const base = realpathSync.native(path);
    if (statsOf(join(path, 'g/ledger'))?.isDirectory()) this.addRoot({ path, shown, base });
    else this.addTree({ path, shown, base });
  }

  /** The ledger and the statuses of a root. */
  addRoot({ path, shown, base }: Search): void {
    this.targets.roots.push({ path: base, shown });
    for (const name of ['g/ledger', 'agents']) {
      const search = { path: join(path, name), shown: join(shown, name), base };
      if (statsOf(search.path) !== undefined) this.addTree(search);
    }
  }

  private addNamedFile(named: NamedPath, stats: Stats): void {
    const name = basename(named.path);
    const parts = parseDayFileName(name);
    if (isStatusName(name)) this.addStatus(named);
    else if (parts?.writer === undefined || !this.withSegments) this.addDay(named, stats);
    else {
      for (const sibling of listDirectory(dirname(named.path))) {
        const other = parseDayFileName(sibling);
        if (other?.day !== parts.day || other.writer !== parts.writer) continue;
        const path = join(dirname(named.path), sibling);
        const siblingStats = statsOf(path);
        if (siblingStats) this.addDay({ path, shown: join(dirname(named.shown), sibling) }, siblingStats);
      }
    }
  }

  private addTree(search: Search): void {
    this.attempt(search, () => {
      const real = realpathSync.native(search.path);
      assertBelow(search.base, real, search.shown);
      if (this.taken.has(real)) return;
      this.taken.add(real);
      for (const name of listDirectory(search.path)) {
        if (name.startsWith('.') || name === 'node_modules') continue;
        const { base } = search;
        this.addEntry({ path: join(search.path, name), shown: join(search.shown, name), base });
      }
    });
  }

  private addEntry(entry: Search): void {
    const name = basename(entry.path);
    const isLine = name.endsWith('.jsonl');
    const isStatus = isStatusName(name) && agentOfStatus(entry.path) !== undefined;
    this.attempt(entry, () => {
      const stats = statsOf(entry.path);
      if (stats?.isDirectory() && !isLine && !isStatus) this.addTree(entry);
      if (!isLine && !isStatus) return;
      if (stats?.isDirectory())
        throw new Failure('disk', `${entry.shown} is a directory in the place of a file`);
      if (stats === undefined) throw new Failure('unsafe', `${entry.shown} is a link that leads nowhere`);
      assertBelow(entry.base, realpathSync.native(entry.path), entry.shown);
      if (isStatus) this.addStatus(entry);
      else if (parseDayFileName(name) && agentOfLedger(entry.path)) this.addDay(entry, stats);
      else if (entry.path.includes(`${sep}g${sep}ledger${sep}`)) this.targets.strays.push(entry.shown);
    });
  }

  private addDay({ path, shown }: NamedPath, { size }: Stats): void {
    const real = realpathSync.native(path);
    if (this.taken.has(real)) return;
    this.taken.add(real);
    const { day, writer, segment = 1 } = parseDayFileName(basename(path)) ?? {};
    const agent = agentOfLedger(path);
    const root = agent && rootOfLedger(path);
    this.targets.days.push({ path: real, shown, root, agent, day, writer, segment, size });
  }

  private addStatus({ path, shown }: NamedPath): void {
    const real = realpathSync.native(path);
    if (this.taken.has(real)) return;
    this.taken.add(real);
    const agent = agentOfStatus(path);
    this.targets.statuses.push({ path: real, shown, agent, root: agent && dirname(dirname(dirname(path))) });
  }

  /** What cannot be looked at does not hide the rest. */
  private attempt({ shown }: NamedPath, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.targets.failures.push({ shown, failure: error });
    }
  }
}

/** `<root>/g/ledger/<agent>/<name>` */
function rootOfLedger(path: string): string | undefined {
  const ledger = dirname(dirname(path));
  return ledger.endsWith(`${sep}g${sep}ledger`) ? dirname(dirname(ledger)) : undefined;
}

function statsOf(path: string): Stats | undefined {
  return ifPresent(`cannot look at ${path}`, () => statSync(path));
}

function assertBelow(base: string, real: string, shown: string): void {
  if (real === base || real.startsWith(base.endsWith(sep) ? base : base + sep)) return;
  throw new Failure('unsafe', `${shown} leads out of ${base}`);
}
