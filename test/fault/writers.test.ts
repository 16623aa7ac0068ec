/** Many writers at once: ours, ours that are killed, and old scripts that know nothing of our lock. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../tools/lib/record/event.js';
import { checkDayFile } from '../support/chain.js';
import { hasProgram } from '../support/executable.js';
import { rounds, seededRandom } from '../support/rounds.js';
import { type Feeder, startFeeder } from './feeder.js';
import { eventsOf, faultPlace, findingsIn, type Place, quarantined } from './place.js';

const SMALLEST = 100;
const LARGEST = 200_000;

/** Mostly small, some large: between 100 B and 200 KB, evenly on a logarithmic scale. */
function sizes(salt: number): () => number {
  const random = seededRandom(salt);
  return () => Math.trunc(SMALLEST * (LARGEST / SMALLEST) ** random());
}

/** Feeds events of mixed sizes. @returns those that were acknowledged */
async function feed(feeder: Feeder, name: string, count: number, salt: number): Promise<LedgerEvent[]> {
  const size = sizes(salt);
  const acknowledged: LedgerEvent[] = [];
  for (let index = 0; index < count; index++) {
    const event = await feeder.write(`${name}/${index}`, { fill: 'x'.repeat(size()) });
    if (event === undefined) break;
    acknowledged.push(event);
  }
  return acknowledged;
}

test('32 processes write events of 100 B to 200 KB: all are there, numbered without a gap', async () => {
  const place = faultPlace();
  const count = rounds(15, 500);
  const written = await Promise.all(
    Array.from({ length: 32 }, async (_, index) => {
      const feeder = startFeeder(place);
      const acknowledged = await feed(feeder, String(index), count, index);
      expect(await feeder.end()).toBe(0);
      return acknowledged;
    }),
  );
  const events = eventsOf(place);
  expect(written.flat()).toHaveLength(32 * count);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ id }) => id).sort()).toEqual(
    written
      .flat()
      .map(({ id }) => id)
      .sort(),
  );
  expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(1);
  expect(findingsIn(place)).toBe('');
});

test('processes that start at once in an empty root agree on the writer, and give each session its number', async () => {
  const place = faultPlace();
  const count = rounds(16, 64);
  const runs = Array.from({ length: count }, async () => {
    const args = ['cls', 'info', 'T-1', 'test', 'over', '{"session":"end"}'];
    const [status] = (await once(place.start('ledger-write', args), 'close')) as [number];
    expect(status).toBe(0);
  });
  await Promise.all(runs);
  const events = eventsOf(place);
  expect(new Set(events.map(({ writer }) => writer)).size).toBe(1);
  const numbers = events.map(({ session_id }) => Number(session_id.slice(-3)));
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
});

test('writers that are killed at any moment lose nothing that was acknowledged', async () => {
  const place = faultPlace();
  const random = seededRandom(7);
  const acknowledged: LedgerEvent[] = [];
  for (let round = 0; round < rounds(3, 200); round++) {
    const feeders = Array.from({ length: 6 }, () => startFeeder(place));
    const fed = feeders.map((feeder, index) => feed(feeder, `${round}/${index}`, 1000, round * 6 + index));
    await Promise.all(
      feeders.map(async ({ child }) => {
        await pause(100 + random() * 900);
        child.kill('SIGKILL');
      }),
    );
    acknowledged.push(...(await Promise.all(fed)).flat());
  }
  const last = startFeeder(place);
  acknowledged.push(...(await feed(last, 'last', 1, 0)));
  expect(await last.end()).toBe(0);
  const ids = new Set(eventsOf(place).map(({ id }) => id));
  expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(1);
});

/** An old script: `echo >>` of lines that zsh writes at once, up to 8 KB. */
const OLD_WRITER = `file=$1 name=$2 count=$3
for n in {1..$count}; do
  fill=\${(l:$(( RANDOM % 7600 ))::x:)}
  echo -E "{\\"ts\\":\\"$4\\",\\"agent\\":\\"cls\\",\\"session_id\\":\\"old\\",\\"event\\":\\"info\\",\\"task_id\\":\\"T\\",\\"source\\":\\"zsh\\",\\"summary\\":\\"$name/$n\\",\\"data\\":{\\"fill\\":\\"$fill\\"}}" >> $file
done`;

function startOldWriter({ dayPath, environment }: Place, name: string, count: number): Promise<unknown> {
  const ts = `${dayPath.slice(-'YYYY-MM-DD.jsonl'.length, -'.jsonl'.length)}T12:00:00+0000`;
  const args = ['-f', '-c', OLD_WRITER, 'zsh', dayPath, name, String(count), ts];
  return once(spawn('zsh', args, { env: environment, stdio: 'inherit' }), 'close');
}

test.skipIf(!hasProgram('zsh', '--version'))(
  '20 old scripts that echo >> beside ours (needs zsh)',
  async () => {
    const place = faultPlace();
    const count = rounds(200, 2000);
    place.run('ledger-write', ['cls', 'info', 'T-1', 'test', 'first']);
    const old = Array.from({ length: 20 }, (_, index) => startOldWriter(place, `old-${index}`, count));
    const ours = Array.from({ length: 4 }, async (_, index) => {
      const feeder = startFeeder(place);
      const acknowledged = await feed(feeder, `ours-${index}`, rounds(10, 200), index);
      expect(await feeder.end()).toBe(0);
      return acknowledged;
    });
    const acknowledged = (await Promise.all(ours)).flat();
    await Promise.all(old);
    const { events, problems } = checkDayFile(place.dayPath);
    expect(problems).toEqual([]);
    const ids = new Set(events.map(({ id }) => id));
    expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([]);
    const theirs = events.filter(({ source }) => source === 'zsh').map(({ summary }) => summary);
    expect(new Set(theirs).size).toBe(20 * count);
    expect(theirs).toHaveLength(20 * count);
    // A line of theirs that is being written looks torn, and is not to be taken for it.
    expect(quarantined(place)).toEqual([]);
  },
);

test('a torn line of an old script is set aside while ours write on', async () => {
  const place = faultPlace();
  const feeder = startFeeder(place);
  await feed(feeder, 'before', 1, 1);
  writeFileSync(place.dayPath, '{"ts":"torn', { flag: 'a' });
  await feed(feeder, 'after', 2, 2);
  expect(await feeder.end()).toBe(0);
  expect(eventsOf(place)).toHaveLength(3);
  expect(quarantined(place)).toEqual(['{"ts":"torn']);
  expect(findingsIn(place)).toBe('');
});
