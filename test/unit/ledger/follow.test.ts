import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../tools/lib/clock.js';
import { EVERYTHING, type Filter } from '../../../tools/lib/ledger/filter.js';
import { followEvents } from '../../../tools/lib/ledger/follow.js';
import { Follower } from '../../../tools/lib/ledger/follower.js';
import { readEvents } from '../../../tools/lib/ledger/read-events.js';
import { Skipped } from '../../../tools/lib/ledger/skipped.js';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace } from '../../support/workspace.js';

const DAY = 'cls/2026-11-24.jsonl';
const at = (minute: number, summary = `${minute}`): string =>
  eventLine({ ts: `2026-11-24T10:${minute}:00.000Z`, summary });

function following(root: string, filter: Partial<Filter> = {}) {
  const skipped = new Skipped();
  const follower = new Follower(root, { ...EVERYTHING, ...filter }, skipped);
  return {
    follower,
    news: () => [...follower.readAll()].flat().map(line => JSON.parse(line.toString()).summary),
    messages: () => skipped.takeMessages(),
  };
}

test('what is there already is not news; what comes is, once, and in order', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, DAY, at(10));
  const { news } = following(root);
  expect(news()).toEqual([]);
  appendLines(root, DAY, at(13), at(12));
  appendLines(root, 'andy/2026-11-25.jsonl', at(11));
  expect(news()).toEqual(['11', '12', '13']);
  expect(news()).toEqual([]);
  appendLines(root, DAY, at(14));
  expect(news()).toEqual(['14']);
});

test('a filter holds for news as well', () => {
  const { root } = temporaryWorkspace();
  const { news, follower } = following(root, { agents: ['cls'], tasks: ['T-2'] });
  const wanted = eventLine({ ts: '2026-11-24T10:10:00Z', task_id: 'T-2', summary: 'wanted' });
  const path = appendLines(root, DAY, at(10), wanted);
  const other = appendLines(root, 'andy/2026-11-24.jsonl', wanted);
  expect([...follower.readPaths([other, `${path}.torn-1`])]).toEqual([]);
  expect(news()).toEqual(['wanted']);
});

test('a line comes when it is whole, and a torn one that is healed away never does', () => {
  const { root } = temporaryWorkspace();
  const { news, messages } = following(root);
  appendText(root, `g/ledger/${DAY}`, at(10).slice(0, 30));
  expect(news()).toEqual([]);
  appendText(root, `g/ledger/${DAY}`, `${at(10).slice(30)}\n${at(11).slice(0, 50)}`);
  expect(news()).toEqual(['10']);
  const path = appendText(root, `g/ledger/${DAY}`, '');
  truncateSync(path, at(10).length + 1);
  appendLines(root, DAY, at(12));
  expect(news()).toEqual(['12']);
  expect(messages()).toEqual([]);
});

test('a whole event without its newline comes at once, and once', () => {
  const { root } = temporaryWorkspace();
  const { news } = following(root);
  appendText(root, `g/ledger/${DAY}`, at(10));
  expect(news()).toEqual(['10']);
  appendText(root, `g/ledger/${DAY}`, '\n');
  expect(news()).toEqual([]);
  appendLines(root, DAY, at(11));
  expect(news()).toEqual(['11']);
});

test('a line that was torn when following began comes when it is completed', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, DAY, at(10));
  appendText(root, `g/ledger/${DAY}`, at(11).slice(0, 30));
  const { news } = following(root);
  appendText(root, `g/ledger/${DAY}`, `${at(11).slice(30)}\n`);
  expect(news()).toEqual(['11']);
});

test('a repaired file, and one replaced by a longer copy, go on where they were', () => {
  const { root } = temporaryWorkspace();
  const { news, messages } = following(root);
  const path = appendLines(root, DAY, at(10), 'junk', at(11));
  expect(news()).toEqual(['10', '11']);
  expect(messages()).toHaveLength(1);
  writeFileSync(`${path}.tmp`, `${at(10)}\n${at(11)}\n`);
  renameSync(`${path}.tmp`, path);
  expect(news()).toEqual([]);
  writeFileSync(`${path}.tmp`, `${at(10)}\n${at(11)}\n${at(12)}\n`);
  renameSync(`${path}.tmp`, path);
  expect(news()).toEqual(['12']);
  expect(messages()).toEqual([]);
});

test('a file that lost what was shown is told of and followed from its end', () => {
  const { root } = temporaryWorkspace();
  const { news, messages } = following(root);
  const path = appendLines(root, DAY, at(10), at(11));
  expect(news()).toHaveLength(2);
  writeFileSync(path, `${at(10)}\n`);
  expect(news()).toEqual([]);
  expect(messages()[0]).toContain('was rewritten');
  appendLines(root, DAY, at(12));
  expect(news()).toEqual(['12']);
});

test('a file that goes away and comes back brings nothing twice', () => {
  const { root } = temporaryWorkspace();
  const { news } = following(root);
  const path = appendLines(root, DAY, at(10));
  expect(news()).toEqual(['10']);
  rmSync(path);
  expect(news()).toEqual([]);
  appendLines(root, DAY, at(10), at(11));
  expect(news()).toEqual(['11']);
});

test('reading first and following then misses nothing and shows nothing twice', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, DAY, at(10));
  const { follower, news } = following(root);
  appendLines(root, DAY, at(11));
  appendLines(root, 'andy/2026-11-24.jsonl', at(12));
  const before = readEvents(root, { filter: EVERYTHING, endOf: path => follower.endOf(path) }, new Skipped());
  expect([...before].map(String)).toEqual([at(10)]);
  expect(news()).toEqual(['11', '12']);
});

test('news come by themselves, also of new agents and days, until the signal', async () => {
  const { root } = temporaryWorkspace();
  const follower = new Follower(root, EVERYTHING, new Skipped());
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const events = followEvents({ root, follower, clock: systemClock, signal: controller.signal });
  for (const [index, name] of [
    'cls/2026-11-24',
    'cls/2026-11-24',
    'cls/2026-11-25',
    'andy/2026-11-25',
  ].entries()) {
    const next = events.next();
    const line = at(10 + index);
    appendLines(root, `${name}.jsonl`, line);
    expect((await next).value?.map(String)).toEqual([line]);
  }
  const last = events.next();
  controller.abort();
  expect(await last).toEqual({ done: true, value: undefined });
});
