/** Sets of UTF-16 code units as sorted, separate ranges: just enough to prove that two never share a member. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const LAST = 0xffff;

export const ANY_BUT_NEWLINE: CharSet = complementOf([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);

/** `\d`, `\w` and `\s` (its ASCII part is enough to write patterns with), by their letter. */
export const SHORTHANDS: Record<string, CharSet> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 13],
    [32, 32],
    [160, 160],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
};

export function setOf(code: number): CharSet {
  return [[code, code]];
}

export function union(sets: CharSet[]): CharSet {
  const result: [number, number][] = [];
  for (const [from, to] of sets.flat().sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

export function complementOf(set: CharSet): CharSet {
  const result: [number, number][] = [];
  let from = 0;
  for (const [start, end] of union([set])) {
    if (start > from) result.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= LAST) result.push([from, LAST]);
  return result;
}

export function areDisjoint(a: CharSet, b: CharSet): boolean {
  return a.every(([from, to]) => b.every(([start, end]) => to < start || end < from));
}
