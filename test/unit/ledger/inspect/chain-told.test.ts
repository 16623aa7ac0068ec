/** What is told of chains beyond a single alteration: without a head, of many writers, and of no chain at all. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { ChainFollower } from '../../../../tools/lib/ledger/inspect/follow-chain.js';
import { DayInspector } from '../../../../tools/lib/ledger/inspect/inspector.js';
import { WriterOrder } from '../../../../tools/lib/ledger/inspect/writer-order.js';
import type { Finding } from '../../../../tools/lib/record/finding.js';
import { inspected, isChain, isError, isToldOf, lineNumbers } from '../../../support/altered.js';
import { anchorOf, chainedLines, hashOf } from '../../../support/chained.js';
import { eventLine } from '../../../support/ledger.js';
import { checkProperty } from '../../../support/rounds.js';
import { temporaryDirectory, testClock } from '../../../support/workspace.js';

const OLD = eventLine({ ts: '2026-11-24T10:00:00.000+00:00', summary: 'by an older tool' });

test('without a head everything but the end is proven, and that is said', () => {
  const inspect = inspected();
  const lines = chainedLines(9);
  expect(inspect(lines).map(isToldOf)).toEqual(['9 unanchored']);
  checkProperty(
    fastCheck.property(fastCheck.nat(7), fastCheck.nat(), (index, at) => {
      const line = lines[index]!;
      const place = at % line.length;
      const altered = lines.with(index, `${line.slice(0, place)}#${line.slice(place + 1)}`);
      expect(lineNumbers(inspect(altered).filter(isError))).toEqual([index + 1]);
    }),
    150,
  );
  const shorter = inspect(lines.slice(0, 8));
  expect(shorter.filter(isError)).toEqual([]);
});

test('two changed neighbours are both named', () => {
  const lines = chainedLines(9).map((line, index) =>
    index === 4 || index === 5 ? line.replace('step', 'STEP') : line,
  );
  expect(inspected()(lines).filter(isChain)).toMatchObject([
    { line: 6, code: 'chain-changed', message: 'was changed; it no longer confirms line 5' },
  ]);
});

test('lines of older tools are no part of the chain, wherever they stand', () => {
  const inspect = inspected();
  const lines = chainedLines(6);
  const anchor = anchorOf(lines);
  expect(inspect([OLD, OLD]).filter(isError)).toEqual([]);
  expect(inspect([OLD, OLD]).map(({ line, code, message }) => [line, code, message])).toEqual([
    [1, 'unchained', '2 lines carry no chain: 1–2'],
  ]);
  const mixed = [OLD, ...lines.slice(0, 3), OLD, OLD, ...lines.slice(3), OLD];
  const findings = inspect(mixed, { anchor }).filter(({ code }) => code !== 'order');
  expect(findings.map(({ line, code, message }) => [line, code, message])).toEqual([
    [1, 'unchained', '4 lines carry no chain: 1, 5–6, 10'],
  ]);
});

test('several writers of one file each have their chain', () => {
  const inspect = inspected();
  const ours = chainedLines(5);
  const earlier = chainedLines(4, { writer: 'mbp-0' });
  const anchor = anchorOf(ours);
  const mixed = ours.flatMap((line, index) => (earlier[index] ? [line, earlier[index]] : [line]));
  expect(inspect(mixed, { anchor }).filter(isError)).toEqual([]);
  mixed.splice(3, 1);
  expect(inspect(mixed, { anchor }).filter(isError).map(isToldOf)).toEqual(['5 chain-missing']);
});

test('a whole day cannot be passed off as another', () => {
  const inspect = inspected();
  const lines = chainedLines(3, { day: '2026-11-23' }).map(line =>
    line.replace('2026-11-23T', '2026-11-24T'),
  );
  const findings = inspect(lines).filter(isChain);
  expect(findings[0]).toMatchObject({ line: 1, code: 'chain-changed' });
  const foreign = inspect(chainedLines(3, { day: '2026-11-23' })).filter(isChain);
  expect(foreign.map(isToldOf)).toEqual(['1 chain-inserted']);
});

test('a day without one of its lines left has lost them all', () => {
  const inspect = inspected();
  const anchor = anchorOf(chainedLines(7));
  expect(inspect('', { anchor }).map(({ line, code, message }) => [line, code, message])).toEqual([
    [1, 'chain-lost-tail', '7 events after this line are lost'],
  ]);
  expect(inspect([OLD], { anchor }).map(isToldOf)).toEqual(['1 chain-lost-tail', '1 unchained']);
});

test('a head that is behind its file confirms the line it knows', () => {
  const inspect = inspected();
  const lines = chainedLines(9);
  const anchor = anchorOf(lines.slice(0, 6));
  expect(inspect(lines, { anchor })).toEqual([]);
  expect(inspect(lines, { anchor: { ...anchor, hash: hashOf('another') } }).map(isToldOf)).toEqual([
    '6 chain-changed',
  ]);
});

test('segments continue one another', () => {
  const directory = temporaryDirectory();
  const lines = chainedLines(9, { writer: 'other-2' });
  const findings: Finding[] = [];
  const report = (finding: Finding): number => findings.push(finding);
  const inspectSegments = (...segments: string[][]): string[] => {
    findings.length = 0;
    const inspector = new DayInspector({ bytes: 0, clock: testClock(), report, onBytes: () => undefined });
    const expected = { agent: 'cls', day: '2026-11-24' };
    const stream = { order: new WriterOrder(), chain: new ChainFollower(expected, undefined) };
    for (const [index, segment] of segments.entries()) {
      const path = join(directory, `${index + 1}.jsonl`);
      writeFileSync(path, segment.map(line => `${line}\n`).join(''));
      inspector.inspect({ path, shown: `${index + 1}.jsonl`, ...expected }, stream);
    }
    stream.chain.finish(inspector.lines, '1.jsonl', report);
    return findings.filter(isError).map(({ path, line, message }) => `${path}:${line} ${message}`);
  };
  expect(inspectSegments(lines.slice(0, 4), lines.slice(4))).toEqual([]);
  expect(inspectSegments(lines.slice(0, 4), lines.slice(5))).toEqual([
    '2.jsonl:1 1 event is missing before this line; nothing confirms line 4 of 1.jsonl any more',
  ]);
  const altered = lines.with(3, lines[3]!.replace('step', 'STEP'));
  expect(inspectSegments(altered.slice(0, 4), altered.slice(4))).toEqual([
    '1.jsonl:4 was changed: line 1 of 2.jsonl records another hash of it',
  ]);
});

test('a file of nothing but breaks is told of in little memory, up to a point', () => {
  const inspect = inspected();
  const lines = chainedLines(2000).map(line => line.replace('step', 'STEP'));
  const findings = inspect(lines).filter(isChain);
  expect(findings.at(-1)!.code).toBe('chain-broken');
  expect(findings.length).toBeLessThan(1100);
});

test('numbers of any kind do not confuse it', () => {
  const inspect = inspected();
  const odd = ['0', '-1', '1.5', '1e15', '9007199254740993', '1e400'];
  const lines = chainedLines(3);
  for (const seq of odd) {
    const findings = inspect(lines.with(1, lines[1]!.replace('"seq":2', `"seq":${seq}`)));
    expect(
      findings.filter(isError).map(({ line }) => line),
      seq,
    ).toContain(2);
  }
});
