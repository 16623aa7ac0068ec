/** The cut of a writer's lines into segments. */
import { expect, test } from 'vitest';
import type { TreeReader } from '../../../tools/lib/git/build-commit.js';
import { GitFailure } from '../../../tools/lib/git/git-failure.js';
import { LONGEST_SEGMENT_BYTES, SEGMENT_BYTES, SegmentedLines } from '../../../tools/lib/sync/segments.js';

const BASE = 'g/ledger/cls/2026-11-24.w-1';

function treeOf(files: Map<string, Buffer>): TreeReader {
  return {
    read: async (path, longestBytes) => {
      const content = files.get(path);
      if (content && content.length > longestBytes) throw new GitFailure('data', 'too long');
      return content;
    },
  };
}

function store(files: Map<string, Buffer>, lines: SegmentedLines): string[] {
  const { changes } = lines.result();
  for (const { path, content } of changes) files.set(path, Buffer.from(content as Buffer));
  return changes.map(({ path }) => path);
}

const line = (length: number): Buffer => Buffer.from(`${'x'.repeat(length - 1)}\n`);
const nothing = (): void => undefined;

test('the cut depends on the lines alone, not on how they came', async () => {
  const sizes = [100_000, 160_000, 2144, 1, 262_144, 5, 262_143, 1, 7];
  const at = new Map<string, Buffer>();
  const once = await SegmentedLines.find(treeOf(at), BASE, nothing);
  for (const size of sizes) once.add(line(size));
  store(at, once);
  const by = new Map<string, Buffer>();
  for (const size of sizes) {
    const next = await SegmentedLines.find(treeOf(by), BASE, nothing);
    next.add(line(size));
    expect(store(by, next)).toHaveLength(1);
  }
  for (const [path, content] of at) expect(by.get(path)!.equals(content)).toBe(true);
  expect(by.size).toBe(at.size);
  expect([...at].map(([path, { length }]) => [path, length])).toEqual([
    [`${BASE}.jsonl`, SEGMENT_BYTES],
    [`${BASE}.2.jsonl`, 1 + SEGMENT_BYTES],
    [`${BASE}.3.jsonl`, 5 + 262_143],
    [`${BASE}.4.jsonl`, 8],
  ]);
  expect(Math.max(...[...at.values()].map(({ length }) => length))).toBeLessThanOrEqual(
    LONGEST_SEGMENT_BYTES,
  );
});

test('a known end is gone on at, and one that does not fit is no end', async () => {
  const files = new Map([[`${BASE}.jsonl`, line(10)]]);
  const tree = treeOf(files);
  expect(await SegmentedLines.open(tree, BASE, { segment: 1, size: 9 })).toBeUndefined();
  expect(await SegmentedLines.open(tree, BASE, { segment: 2, size: 9 })).toBeUndefined();
  const lines = (await SegmentedLines.open(tree, BASE, { segment: 1, size: 10 }))!;
  expect(lines.result()).toEqual({ changes: [], end: { segment: 1, size: 10 } });
  lines.add(line(3));
  expect(lines.result().end).toEqual({ segment: 1, size: 13 });
});

test('what is no segment of ours stays, and we go on behind it', async () => {
  const files = new Map([[`${BASE}.jsonl`, line(LONGEST_SEGMENT_BYTES + 1)]]);
  const lines = await SegmentedLines.find(treeOf(files), BASE, nothing);
  lines.add(line(3));
  expect(store(files, lines)).toEqual([`${BASE}.2.jsonl`]);
});
