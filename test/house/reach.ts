/** What each room may touch of the world: files, git, the streams of the process. */
import { Visitor } from 'oxc-parser';
import { roomOf } from './floors.js';
import type { Finding, Source } from './source.js';

const READERS = new Set([
  ...['closeSync', 'constants', 'existsSync', 'fstatSync', 'lstatSync', 'openSync', 'readFileSync'],
  ...['readSync', 'readdirSync', 'readlinkSync', 'realpathSync', 'statSync', 'statfsSync', 'watch', 'type'],
]);
/** Rooms that write files, what keeps the code cache, and what writes to the streams. */
const WRITERS: Record<string, RegExp> = { disk: /./, git: /./, '(launcher)': /./, cli: /^writeSync$/ };
const PROCESS = new Set(['argv', 'exit', 'exitCode', 'stdin', 'stdout', 'stderr']);

const isProduct = ({ path }: Source): boolean => roomOf(path) !== undefined;

/** Only `disk/` writes files. */
export function writerFindings(sources: Source[]): Finding[] {
  return sources
    .filter(isProduct)
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => /^(?:node:)?fs(?:\/promises)?$/.test(from))
        .flatMap(({ names, line }) =>
          names
            .filter(name => !READERS.has(name) && !/^[A-Z]/.test(name) && !WRITERS[roomOf(path)!]?.test(name))
            .map(
              name =>
                `${path}:${line}: imports ${name} of node:fs; only disk/ writes files, so call it there`,
            ),
        ),
    );
}

/** Only `git/` runs git, so that its environment and time limits are set in one place. */
export function gitFindings(sources: Source[]): Finding[] {
  return sources
    .filter(source => isProduct(source) && roomOf(source.path) !== 'git')
    .flatMap(source => {
      const findings: Finding[] = [];
      new Visitor({
        CallExpression({ arguments: [first], start }) {
          if (first?.type !== 'Literal' || first.value !== 'git') return;
          findings.push(`${source.path}:${source.lineAt(start)}: runs git; only git/ does, so call it there`);
        },
      }).visit(source.program);
      return findings;
    });
}

/** Only `cli/` and `daemon/` touch the process; nothing of the product prints through console. */
export function processFindings(sources: Source[]): Finding[] {
  return sources.filter(isProduct).flatMap(source => {
    const findings: Finding[] = [];
    const isEdge = ['cli', 'daemon', '(launcher)'].includes(roomOf(source.path)!);
    new Visitor({
      MemberExpression({ object, property, start }) {
        if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
        const at = `${source.path}:${source.lineAt(start)}`;
        if (object.name === 'console') findings.push(`${at}: uses console; print through the call's io`);
        if (object.name === 'process' && PROCESS.has(property.name) && !isEdge) {
          findings.push(`${at}: touches process.${property.name}; only cli/ does, so take it as an argument`);
        }
      },
    }).visit(source.program);
    return findings;
  });
}
