/**
 * Day files: `g/ledger/<agent>/<day>.jsonl` is ours, `<day>.<writer>[.<n>].jsonl` is another writer's copy,
 * in segments that continue one another.
 */
import { listDirectories, listDirectory } from '../disk/directory.js';
import { join } from '../path.js';
import { isAgentName } from '../record/ids.js';

const FILE_NAME = /^(\d{4}-\d\d-\d\d)(?:\.([a-z0-9][a-z0-9-]{0,40})(?:\.([2-9]|[1-9]\d{1,5}))?)?\.jsonl$/;

export interface DayFile {
  path: string;
  agent: string;
  day: string;
  /** Undefined for our own file. */
  writer: string | undefined;
  /** 1 for the first or only one. */
  segment: number;
}

export function ledgerDirectory(root: string, agent?: string): string {
  return agent === undefined ? join(root, 'g/ledger') : join(root, 'g/ledger', agent);
}

/** Our own day file. The names are known to be valid. */
export function dayFilePath(root: string, agent: string, day: string): string {
  return join(ledgerDirectory(root, agent), `${day}.jsonl`);
}

/** What a file name in an agent's directory says; undefined when it is no day file. */
export function parseDayFileName(name: string): Pick<DayFile, 'day' | 'writer' | 'segment'> | undefined {
  const parts = FILE_NAME.exec(name);
  return parts ? { day: parts[1]!, writer: parts[2], segment: Number(parts[3] ?? 1) } : undefined;
}

/** The day file at a path, by the path alone: `…/<agent>/<name>`. */
export function dayFileAt(path: string): DayFile | undefined {
  const [name, agent] = path.split('/').reverse();
  const parts = parseDayFileName(name ?? '');
  return parts && isAgentName(agent ?? '') ? { path, agent: agent!, ...parts } : undefined;
}

/** Whose day file lies at a path `…/ledger/<agent>/<name>`; undefined where the path does not say. */
export function agentOfLedger(path: string): string | undefined {
  const [, agent, ledger] = path.split('/').reverse();
  return ledger === 'ledger' && isAgentName(agent ?? '') ? agent : undefined;
}

export interface DayRange {
  /** Only this agent. */
  agent?: string | undefined;
  /** First and last day, inclusive. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The names of all agents that have a ledger. */
export function listAgents(root: string): string[] {
  return listDirectories(ledgerDirectory(root)).filter(name => isAgentName(name));
}

/** All day files in the range, oldest day first, then by agent, writer (ours first) and segment. */
export function listDayFiles(
  root: string,
  { agent, from = '', to = '9999-12-31' }: DayRange = {},
): DayFile[] {
  const agents = agent === undefined ? listAgents(root) : [agent];
  const files = agents.flatMap(name =>
    listDirectory(ledgerDirectory(root, name)).flatMap(fileName => {
      const parts = parseDayFileName(fileName);
      if (!parts || parts.day < from || parts.day > to) return [];
      return [{ path: join(ledgerDirectory(root, name), fileName), agent: name, ...parts }];
    }),
  );
  return files.sort(
    (a, b) =>
      compare(a.day, b.day) ||
      compare(a.agent, b.agent) ||
      compare(a.writer ?? '', b.writer ?? '') ||
      a.segment - b.segment,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
