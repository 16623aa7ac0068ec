/** What a remote may bring, and what is refused: the remote is not trusted. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chainedLines, hashOf } from '../../support/chained.js';
import {
  fileOn,
  type Machine,
  makeMachine,
  makeRemote,
  pushFiles,
  receive,
  setUpMachine,
  tell,
} from '../../support/machines.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const DAY = '2026-11-24';
const path = (part = '', writer = 'far-1'): string => `g/ledger/cls/${DAY}.${writer}${part}.jsonl`;
const text = (lines: string[]): string => lines.map(line => `${line}\n`).join('');
const lines = chainedLines(8, { writer: 'far-1' });

async function machine(): Promise<{ remote: string; here: Machine }> {
  const remote = makeRemote();
  const here = makeMachine(remote);
  tell(here, 'cls', 'ours');
  await setUpMachine(here);
  return { remote, here };
}

test('what grows arrives, also in a new segment', async () => {
  const { remote, here } = await machine();
  pushFiles(remote, { [path()]: text(lines.slice(0, 2)) });
  expect((await receive(here)).context.tally.received).toBe(2);
  pushFiles(remote, { [path()]: text(lines.slice(0, 4)), [path('.2')]: text(lines.slice(4, 5)) });
  expect((await receive(here)).context.tally.received).toBe(3);
  pushFiles(remote, { [path('.10')]: text(lines.slice(7)), [path('.2')]: text(lines.slice(4, 7)) });
  const { context } = await receive(here);
  expect(fileOn(here, path('.2'))).toBe(text(lines.slice(4, 7)));
  expect(context.tally.refused).toEqual([path('.10')]);
  expect(here.warnings.join()).toMatch(/behind a segment that is not here/);
});

/** What becomes of the lines of a day whose first four are here, and why that is refused. */
const REFUSED: [RegExp, (lines: string[]) => string][] = [
  [/changed or lost lines that we have/, all => text(all.slice(0, 3))],
  [/changed or lost lines/, all => text([all[0]!.replace('step', 'stop'), ...all.slice(1)])],
  [/changed or lost lines/, () => ''],
  [/ends within a line/, all => text(all.slice(0, 5)).slice(0, -1)],
  [/\(1 of those that are new\) that is not JSON/, all => text([...all.slice(0, 4), '{'])],
  [/that has no "agent"|that agent/, all => text([...all.slice(0, 4), '{"ts":"x"}'])],
  [
    /\(2 of .* does not continue the chain/,
    all => text([...all.slice(0, 4), all[4]!.replace('step', 'stop'), all[5]!]),
  ],
  [/repeats number 4/, all => text([...all.slice(0, 4), all[3]!])],
  [/that is by mbp-1/, all => text([...all.slice(0, 4), chainedLines(1)[0]!])],
  [/of the agent andy/, all => text([...all.slice(0, 4), all[4]!.replace('"cls"', '"andy"')])],
  [/that is of 2026-11-25/, all => text([...all.slice(0, 4), all[4]!.replaceAll(DAY, '2026-11-25')])],
  [/longer than a segment can be/, all => text([...all.slice(0, 4), `"${'x'.repeat(600_000)}"`])],
];

test('what does not continue what is here is refused, ours stays, and nothing else is stopped', async () => {
  const { remote, here } = await machine();
  const files = REFUSED.map(([reason, change], index) => {
    const writer = `w-${index}`;
    const all = chainedLines(8, { writer });
    return { path: path('', writer), reason, good: text(all.slice(0, 4)), bad: change(all), all: text(all) };
  });
  const push = (content: (file: (typeof files)[number]) => string): string =>
    pushFiles(remote, Object.fromEntries(files.map(file => [file.path, content(file)])));
  const isAsBefore = (): void => {
    for (const file of files) expect(fileOn(here, file.path)).toBe(file.good);
  };
  const paths = files.map(file => file.path).sort();
  push(({ good }) => good);
  await receive(here);
  push(({ bad }) => bad);
  pushFiles(remote, { [path()]: text(lines) });
  const { context } = await receive(here);
  expect(context.tally.refused.sort()).toEqual(paths);
  for (const file of files) {
    expect(here.warnings.find(message => message.includes(file.path))).toMatch(file.reason);
  }
  isAsBefore();
  expect(fileOn(here, path())).toBe(text(lines));
  // What grows out of it is no better; what was right all along is.
  push(({ bad }) => `${bad}x`);
  expect((await receive(here)).context.tally.refused.sort()).toEqual(paths);
  isAsBefore();
  push(({ all }) => all);
  expect((await receive(here)).context.tally).toEqual({
    sent: 0,
    received: 4 * files.length,
    refused: [],
    lost: [],
  });
  for (const file of files) expect(fileOn(here, file.path)).toBe(file.all);
  expect(readdirSync(join(here.workspace.control, 'sync/refused'))).toEqual(['list.json']);
});

/** The same day with another story, whole in itself. */
function retold(all: string[]): string[] {
  let prev = JSON.parse(all[0]!).prev as string;
  return all.map(line => {
    const told = JSON.stringify({ ...JSON.parse(line), summary: 'another story', prev });
    prev = hashOf(told);
    return told;
  });
}

test('a history that was retold is refused, and so is all that grows out of it', async () => {
  const { remote, here } = await machine();
  pushFiles(remote, { [path()]: text(lines.slice(0, 4)) });
  await receive(here);
  for (const length of [5, 6, 8]) {
    pushFiles(remote, { [path()]: text(retold(lines).slice(0, length)) });
    expect((await receive(here)).context.tally).toEqual({
      sent: 0,
      received: 0,
      refused: [path()],
      lost: [],
    });
    expect(fileOn(here, path())).toBe(text(lines.slice(0, 4)));
  }
});

test('a number that is too high shows that events were lost, and what came later arrives', async () => {
  const { remote, here } = await machine();
  pushFiles(remote, { [path()]: text([...lines.slice(0, 2), ...lines.slice(5)]) });
  expect((await receive(here)).context.tally).toEqual({ sent: 0, received: 5, refused: [], lost: [] });
  expect(here.warnings).toEqual([expect.stringMatching(/far-1 has lost 3 events of cls on 2026-11-24/)]);
});

test('a clock that is far ahead of ours is reported, and its events arrive', async () => {
  const { remote, here } = await machine();
  const ahead = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const far = chainedLines(1, { day: ahead, writer: 'far-1' });
  pushFiles(remote, { [`g/ledger/cls/${ahead}.far-1.jsonl`]: text(far) });
  expect((await receive(here)).context.tally.received).toBe(1);
  expect(here.warnings).toEqual([
    expect.stringMatching(/^the newest event of far-1 is \d+d ahead of the clock/),
  ]);
});

test('a copy that was damaged or removed here is no reason to refuse what grew', async () => {
  const { remote, here } = await machine();
  for (const damage of [(file: string) => writeFileSync(file, 'garbage'), (file: string) => rmSync(file)]) {
    pushFiles(remote, { [path()]: text(lines.slice(0, 2)) });
    await receive(here);
    damage(join(here.top, path()));
    pushFiles(remote, { [path()]: text(lines.slice(0, 3)) });
    expect((await receive(here)).context.tally.refused).toEqual([]);
    expect(fileOn(here, path())).toBe(text(lines.slice(0, 3)));
    pushFiles(remote, { [path()]: null });
    await receive(here);
    rmSync(join(here.top, path()));
  }
});

test('statuses and summaries that are none are refused; a removed one stays', async () => {
  const { remote, here } = await machine();
  const status = (agent: string): string =>
    JSON.stringify({
      ...{ agent, state: 'idle', last_heartbeat: `${DAY}T10:00:00Z`, last_task_id: null, session_id: null },
      ...{ last_error: null, updated_at: `${DAY}T10:00:00Z` },
    });
  pushFiles(remote, {
    'agents/cls/status.far-1.json': status('cls'),
    'agents/cls/status.far-2.json': status('andy'),
    'agents/cls/status.far-3.json': '{}',
    'agents/cls/status.far-4.json': `${status('cls')}${' '.repeat(70_000)}`,
    [`memory/cls/sessions/${DAY}_cls_001.far-1.md`]: '# good\n',
    [`memory/cls/sessions/${DAY}_cls_001.far-2.md`]: Buffer.from([0xff, 0xfe]),
  });
  const { context } = await receive(here);
  expect(context.tally.refused).toEqual([
    'agents/cls/status.far-2.json',
    'agents/cls/status.far-3.json',
    'agents/cls/status.far-4.json',
    `memory/cls/sessions/${DAY}_cls_001.far-2.md`,
  ]);
  pushFiles(remote, { 'agents/cls/status.far-1.json': null });
  await receive(here);
  expect(fileOn(here, 'agents/cls/status.far-1.json')).toBe(status('cls'));
});
