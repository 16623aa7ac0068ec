/**
 * The paths of the branch. A path is ours when it has one of these shapes and every name in it is valid; nothing else that
 * lies on the branch is ever read, let alone written. Copies lie below the root under the very same paths.
 */
import { parseDayFileName } from '../ledger/day-file.js';
import { isAgentName, parseSessionId } from '../record/ids.js';
import type { BranchPath } from './parts.js';

const WRITER = '[a-z0-9][a-z0-9-]{0,40}';
const STATUS = new RegExp(`^status\\.(${WRITER})\\.json$`);
const SUMMARY = new RegExp(`^([0-9a-z_-]{1,96})\\.(${WRITER})\\.md$`);
const CLAIM = /^([0-9a-f]{2})\/([0-9a-f]{32})\.json$/;
const BEATS = new RegExp(`^beats/(${WRITER})\\.json$`);

/** What lies at a path of the branch; undefined when it is none of ours. */
export function parseBranchPath(path: string): BranchPath | undefined {
  const [top, second = '', third = '', fourth, ...more] = path.split('/');
  if (more.length > 0) return undefined;
  if (top === 'g' && second === 'ledger') return eventsPath(third, fourth);
  if (top === 'agents' && fourth === undefined) return statusPath(second, third);
  if (top === 'memory' && third === 'sessions') return summaryPath(second, fourth);
  return top === 'claims' && fourth === undefined ? claimPath(second, third) : undefined;
}

function eventsPath(agent: string, name = ''): BranchPath | undefined {
  const file = parseDayFileName(name);
  if (!isAgentName(agent) || file?.writer === undefined) return undefined;
  const { day, writer, segment } = file;
  return { kind: 'events', agent, day, writer, segment };
}

function statusPath(agent: string, name: string): BranchPath | undefined {
  const writer = STATUS.exec(name)?.[1];
  return isAgentName(agent) && writer !== undefined ? { kind: 'status', agent, writer } : undefined;
}

function summaryPath(agent: string, name = ''): BranchPath | undefined {
  const [, session = '', writer] = SUMMARY.exec(name) ?? [];
  if (writer === undefined || parseSessionId(session)?.agent !== agent) return undefined;
  return { kind: 'summary', agent, session, writer };
}

function claimPath(directory: string, name: string): BranchPath | undefined {
  if (directory === 'log') {
    const file = parseDayFileName(name);
    if (file?.writer === undefined) return undefined;
    return { kind: 'claim-log', day: file.day, writer: file.writer, segment: file.segment };
  }
  const writer = BEATS.exec(`${directory}/${name}`)?.[1];
  if (writer !== undefined) return { kind: 'beats', writer };
  const [, prefix = '', key = ''] = CLAIM.exec(`${directory}/${name}`) ?? [];
  return key !== '' && key.startsWith(prefix) ? { kind: 'claim', key, writer: undefined } : undefined;
}

/** `<base>.jsonl`, then `<base>.2.jsonl`, `<base>.3.jsonl`, … */
export function segmentPath(base: string, segment: number): string {
  return segment === 1 ? `${base}.jsonl` : `${base}.${segment}.jsonl`;
}

/** Where a writer's events of a day lie, without the ending. */
export function eventsBase(agent: string, day: string, writer: string): string {
  return `g/ledger/${agent}/${day}.${writer}`;
}
