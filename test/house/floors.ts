/**
 * The floors of the house: a room imports from lower floors alone, and from no neighbour. The loose files of
 * `tools/lib/` lie below everything, but for the launcher, which starts it all.
 */
import type { Finding, Source } from './source.js';

const FLOORS = [
  ['(loose)'],
  ['disk'],
  ['record', 'redact', 'git', 'root', 'process'],
  ['ledger', 'status', 'claims', 'clients'],
  ['journal', 'setup', 'workplans'],
  ['sync'],
  ['runs', 'check', 'work', 'doctor', 'daemon'],
  ['cli'],
  ['(executables)', '(launcher)'],
];

/** The room a file of the product lies in; undefined for tests and development tools. */
export function roomOf(path: string): string | undefined {
  if (path === 'tools/lib/launch.ts') return '(launcher)';
  const [, top, rest] = /^(tools\/lib|tools\/dev|tools|hooks)\/(.+)$/.exec(path) ?? [];
  if (top === undefined || top === 'tools/dev') return undefined;
  if (top !== 'tools/lib') return '(executables)';
  return rest!.includes('/') ? rest!.split('/', 1)[0]! : '(loose)';
}

export function floorFindings(sources: Source[]): Finding[] {
  return sources.flatMap(source => {
    const room = roomOf(source.path);
    if (room === undefined) return [];
    const floor = floorOf(room);
    if (floor === -1)
      return [`${source.path}:1: the room ${room}/ is on no floor; give it one in test/house/floors.ts`];
    return source.imports.flatMap(({ from, line }) => {
      const other = roomOf(from);
      if (other === undefined && !/^(?:tools|test)\//.test(from)) return [];
      if (other === room || (other !== undefined && floorOf(other) < floor)) return [];
      const advice = 'a room imports from lower floors alone; move what both need down';
      return [`${source.path}:${line}: ${room} imports ${from}; ${advice}`];
    });
  });
}

const floorOf = (room: string): number => FLOORS.findIndex(rooms => rooms.includes(room));
