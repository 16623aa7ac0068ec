/** One alteration of a good day: lines changed, removed, cut off. Each is named by its line. */
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  inspected,
  isChain,
  isError,
  isToldOf,
  lineNumbers,
  MOST_LINES,
  textOf,
} from '../../../support/altered.js';
import { anchorOf, chainedLines } from '../../../support/chained.js';
import { checkProperty } from '../../../support/rounds.js';

const { nat, property, integer } = fastCheck;
const length = integer({ min: 1, max: MOST_LINES });

test('an unaltered day has no findings', () => {
  const inspect = inspected();
  for (const count of [0, 1, 2, 1000, 3000]) {
    const lines = chainedLines(count);
    const anchor = count === 0 ? undefined : anchorOf(lines);
    expect(inspect(lines, { anchor }).filter(({ code }) => code !== 'unanchored')).toEqual([]);
  }
});

test('a changed line, whatever in it was changed', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), nat(), integer({ min: 0x21, max: 0x7e }), (count, where, at, code) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const line = lines[where % count]!;
      const place = at % line.length;
      lines[where % count] = line.slice(0, place) + String.fromCharCode(code) + line.slice(place + 1);
      fastCheck.pre(lines[where % count] !== line);
      expect(lineNumbers(inspect(lines, { anchor }).filter(isError))).toEqual([(where % count) + 1]);
    }),
    300,
  );
});

test('removed lines', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), nat(3), (count, where, more) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const first = where % count;
      const removed = lines.splice(first, 1 + more).length;
      const isEnd = first === lines.length;
      const [finding, ...others] = inspect(lines, { anchor }).filter(isChain);
      expect(others).toEqual([]);
      expect(finding).toMatchObject(
        isEnd
          ? { line: Math.max(1, first), code: 'chain-lost-tail' }
          : { line: first + 1, code: 'chain-missing' },
      );
      expect(finding!.message).toContain(`${removed} event`);
    }),
    150,
  );
});

test('a file that ends too soon, in the middle of a line or behind one', () => {
  const inspect = inspected();
  checkProperty(
    property(length, nat(), (count, where) => {
      const lines = chainedLines(count);
      const anchor = anchorOf(lines);
      const whole = Buffer.from(textOf(lines));
      const cut = whole.subarray(0, where % whole.length).toString();
      const kept = cut.split('\n').length - 1;
      const rest = cut.split('\n').at(-1)!;
      const isWhole = rest === lines[kept];
      const isLast = kept === count - 1;
      const findings = inspect(cut, { anchor }).filter(isError);
      expect(findings.map(isToldOf)).toEqual([
        ...(rest === '' ? [] : [`${kept + 1} ${isWhole ? 'no-newline' : 'torn'}`]),
        ...(isLast && !isWhole && rest !== '' ? [`${kept + 1} chain-changed`] : []),
        ...(!isLast || rest === '' ? [`${Math.max(1, kept + (isWhole ? 1 : 0))} chain-lost-tail`] : []),
      ]);
    }),
    200,
  );
});
