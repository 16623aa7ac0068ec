/** The shape of files and functions: their sizes, their names, no barrels. */
import {
  type ArrowFunctionExpression,
  type Expression,
  type Function as FunctionNode,
  type Super,
  Visitor,
} from 'oxc-parser';
import type { Finding, Source } from './source.js';

const LONGEST_FILE = 200;
const LONGEST_FUNCTION = 40;
const MOST_PARAMETERS = 4;
const VAGUE = /(?:^|[-_.])(?:utils?|helpers?|common|managers?|misc)(?:[-_.]|$)/;
const LONGEST_EXECUTABLE = 8;

export function sizeFindings(sources: Source[]): Finding[] {
  return sources.flatMap(source => {
    const lines = source.text.trimEnd().split('\n').length;
    const isExecutable = /^(?:tools|hooks)\/[^/]+$/.test(source.path);
    const longest = isExecutable ? LONGEST_EXECUTABLE : LONGEST_FILE;
    const advice = isExecutable ? 'an executable names its command and runs it' : 'split it by subject';
    const tooLong = `${source.path}:${lines}: ${lines} lines, at most ${longest}; ${advice}`;
    return [...(lines > longest ? [tooLong] : []), ...functionFindings(source)];
  });
}

function functionFindings(source: Source): Finding[] {
  const findings: Finding[] = [];
  const groups = describeCallbacks(source);
  const check = (node: FunctionNode | ArrowFunctionExpression): void => {
    const line = source.lineAt(node.start);
    const lines = source.lineAt(node.end) - line + 1;
    if (lines > LONGEST_FUNCTION && !groups.has(node.start)) {
      findings.push(
        `${source.path}:${line}: a function of ${lines} lines, at most ${LONGEST_FUNCTION}; name its parts`,
      );
    }
    if (node.params.length > MOST_PARAMETERS) {
      const advice = `at most ${MOST_PARAMETERS}; pass an object`;
      findings.push(`${source.path}:${line}: ${node.params.length} parameters, ${advice}`);
    }
  };
  new Visitor({
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  }).visit(source.program);
  return findings;
}

/** Where the callbacks of `describe(…)` start: they group tests and do nothing themselves. */
function describeCallbacks({ program }: Source): Set<number> {
  const starts = new Set<number>();
  new Visitor({
    CallExpression({ callee, arguments: args }) {
      if (rootOf(callee) !== 'describe') return;
      for (const argument of args) starts.add(argument.start);
    },
  }).visit(program);
  return starts;
}

/** `describe` of `describe.skipIf(isThere)`. */
function rootOf(callee: Expression | Super): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'CallExpression') return rootOf(callee.callee);
  return callee.type === 'MemberExpression' ? rootOf(callee.object) : undefined;
}

export function nameFindings(paths: string[]): Finding[] {
  return paths
    .filter(path => path.split('/').some(part => VAGUE.test(part)))
    .map(path => `${path}:1: the name says nothing; name the noun or verb that is inside`);
}

export function barrelFindings(sources: Source[]): Finding[] {
  return sources.flatMap(({ path, imports, exports }) => {
    const whole = exports.find(({ name, from }) => name === '*' && from !== undefined);
    const isBarrel =
      exports.length > 1 &&
      exports.every(({ from }) => from !== undefined) &&
      imports.length <= exports.length;
    if (whole) return [`${path}:${whole.line}: passes on all of ${whole.from}; import from there instead`];
    if (isBarrel || /\/index\.ts$/.test(path)) {
      return [`${path}:1: a barrel; import from the files themselves`];
    }
    return [];
  });
}
