/** One alteration of a good day: lines put where they were not appended. Each is named by its line. */
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { inspected, isChain, isError, isToldOf, lineNumbers, MOST_LINES } from '../../../support/altered.js';
import { anchorOf, chainedLines, hashOf } from '../../../support/chained.js';
import { checkProperty } from '../../../support/rounds.js';

const { nat, property, integer, boolean } = fastCheck;
const length = integer({ min: 1, max: MOST_LINES });

test('a copy of a line, put anywhere', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), nat(), (count, which, where) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const at = where % (count + 1);
      const copied = lines[which % count]!;
      lines.splice(at, 0, copied);
      const findings = inspect(lines, { anchor });
      // Of two equal neighbours either may be called the copy.
      const places = [at - 1, at, at + 1].filter(place => lines[place] === copied).map(place => place + 1);
      const [named, ...others] = lineNumbers(findings.filter(isChain));
      expect(others).toEqual([]);
      expect(places).toContain(named);
      expect(findings.map(({ code }) => code)).toContain('duplicate-id');
    }),
    150,
  );
});

test('a forged line that links to the one before it', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), (count, where) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const at = where % count;
      lines.splice(at, 0, lines[at]!.replace('"step ', '"STEP ').replace('"id":"0', '"id":"1'));
      const findings = inspect(lines, { anchor }).filter(isError);
      expect(findings.map(isToldOf)).toEqual([`${at + 1} chain-inserted`]);
    }),
    150,
  );
});

test('several forged lines that link to one another', () => {
  const inspect = inspected();
  const lines = chainedLines(40);
  const anchor = anchorOf(lines);
  const forged: string[] = [];
  for (let prev = hashOf(lines[9]!), seq = 11; seq <= 15; seq++) {
    const line = lines[9]!.replace(/"seq":\d+,"prev":"[^"]+"/, `"seq":${seq},"prev":"${prev}"`);
    forged.push(line.replace(/"id":"01/, `"id":"${10 + seq}`));
    prev = hashOf(forged.at(-1)!);
  }
  lines.splice(10, 0, ...forged);
  const findings = inspect(lines, { anchor }).filter(isError);
  expect(findings.map(({ line, code, message }) => [line, code, message])).toEqual([
    [11, 'chain-inserted', 'up to line 15: are no part of the chain'],
  ]);
});

test('a line from nowhere, with any number and any link', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), integer({ min: 1, max: 2 * MOST_LINES }), nat(), (count, where, seq, salt) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const at = where % (count + 1);
      const links = `"seq":${seq},"prev":"${hashOf(String(salt))}"`;
      const forged = lines[0]!.replace(/"seq":\d+,"prev":"[^"]+"/, links).replace('"id":"01', '"id":"11');
      lines.splice(at, 0, forged);
      const findings = inspect(lines, { anchor }).filter(isError);
      expect(lineNumbers(findings)).toEqual([at + 1]);
      // Behind the last line it may pass for one that was appended after the head was noted.
      if (at < count) expect(findings.map(({ code }) => code)).toEqual(['chain-inserted']);
    }),
    150,
  );
});

test("two lines in each other's place", () => {
  const inspect = inspected();
  checkProperty(
    property(integer({ min: 2, max: MOST_LINES }), nat(), nat(), (count, one, other) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const [first, second] = [one % count, other % count].sort((a, b) => a - b) as [number, number];
      fastCheck.pre(first !== second);
      [lines[first], lines[second]] = [lines[second]!, lines[first]!];
      const findings = inspect(lines, { anchor }).filter(isError);
      expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['chain-moved']));
      const named = lineNumbers(findings);
      if (second - first === 1) expect([[first + 1], [second + 1]]).toContainEqual(named);
      else expect(named).toEqual([first + 1, second + 1]);
    }),
    150,
  );
});

test('a line carried to another place', () => {
  const inspect = inspected();
  const lines = chainedLines(20);
  const anchor = anchorOf(lines);
  lines.splice(15, 0, ...lines.splice(4, 1));
  expect(inspect(lines, { anchor }).filter(isChain)).toMatchObject([
    { line: 16, code: 'chain-moved', message: 'belongs after line 4' },
  ]);
});

test('lines of another day, added or in the place of ours', () => {
  const inspect = inspected();
  const origins = fastCheck.constantFrom({ day: '2026-11-23' }, { agent: 'andy' }, { writer: 'other-2' });
  checkProperty(
    property(
      length,
      origins,
      nat(),
      nat(),
      nat(2),
      boolean(),
      (...[count, origin, from, where, more, replaces]) => {
        const lines = chainedLines(count);
        const anchor = anchorOf(lines);
        const others = chainedLines(MOST_LINES, origin)
          .slice(1 + (from % (MOST_LINES - 4)))
          .slice(0, 1 + more);
        const at = where % (count + 1);
        const removed = replaces ? Math.min(others.length, count - at) : 0;
        fastCheck.pre(removed === 0 || removed === others.length);
        lines.splice(at, removed, ...others);
        const findings = inspect(lines, { anchor }).filter(isChain);
        expect(findings.map(isToldOf)).toEqual([
          `${at + 1} ${removed > 0 ? 'chain-changed' : 'chain-inserted'}`,
        ]);
      },
    ),
    150,
  );
});
