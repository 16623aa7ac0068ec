/**
 * Repairs that are killed, refused, or made while old scripts append. Whatever happens, each valid line is in the
 * day file and each other one there or beside it, and the next repair and the next write go on.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasProgram } from '../support/executable.js';
import { eventLine } from '../support/ledger.js';
import { rounds } from '../support/rounds.js';
import { linesIn } from '../support/workspace.js';
import { eventsOf, faultPlace, type Place, quarantined } from './place.js';
import { callsOf, canTrace, chosen, runWith } from './strace.js';

const REPAIR: [string, ...string[]] = ['ledger-validate', '--repair', '--chain'];

function write(place: Place, summary: string): void {
  expect(place.run('ledger-write', ['cls', 'info', 'T-1', 'test', summary])).toMatchObject({
    status: 0,
    messages: '',
  });
}

/** Appends what a repair has to move, and valid lines after it. @returns the valid lines that are there now */
function damage(place: Place, key: string): string[] {
  appendFileSync(place.dayPath, `garbage ${key}\n`);
  write(place, key);
  const valid = linesIn(place.dayPath).filter(line => line.startsWith('{'));
  appendFileSync(place.dayPath, `torn ${key}`);
  return valid;
}

function expectNothingLost(place: Place, valid: string[], key: string): void {
  const lines = readFileSync(place.dayPath, 'utf8').split('\n');
  expect(
    lines.filter(line => line.startsWith('{')),
    key,
  ).toEqual(valid);
  const everywhere = [...lines, ...quarantined(place).join('\n').split('\n')];
  expect(everywhere, key).toEqual(expect.arrayContaining([`garbage ${key}`, `torn ${key}`]));
}

/** The next repair and the next write are as if nothing had been. */
function expectGoesOn(place: Place, valid: string[], key: string): void {
  expect(place.run(REPAIR[0], REPAIR.slice(1)), key).toMatchObject({ status: 0, messages: '' });
  expectNothingLost(place, valid, key);
  expect(
    readdirSync(dirname(place.dayPath)).filter(name => /replaced|tmp/.test(name)),
    key,
  ).toEqual([]);
  write(place, `after ${key}`);
  expect(eventsOf(place), key).toHaveLength(valid.length + 1);
}

function livedPlace(): Place {
  const place = faultPlace();
  write(place, 'first');
  return place;
}

describe.skipIf(!canTrace)('a repair (needs strace)', () => {
  test('is killed at its system calls', () => {
    const traced = livedPlace();
    damage(traced, 'traced');
    const victims = chosen(callsOf(traced, REPAIR[0], REPAIR.slice(1)), [10, 2]);
    const place = livedPlace();
    let killed = 0;
    for (const call of victims) {
      const key = `${call.name}-${call.ordinal}`;
      const valid = damage(place, key);
      if (runWith(place, [{ call, fate: 'signal=KILL' }], REPAIR).status === null) killed++;
      expectNothingLost(place, valid, key);
      expectGoesOn(place, valid, key);
    }
    expect(killed).toBeGreaterThan(victims.length * 0.8);
  });

  test('is refused by the disk', () => {
    const traced = livedPlace();
    damage(traced, 'traced');
    const calls = callsOf(traced, REPAIR[0], REPAIR.slice(1)).filter(
      ({ name, isOurs }) =>
        isOurs && /^(?:openat|write|fsync|rename|link|unlink|ftruncate|fchmod)$/.test(name),
    );
    const place = livedPlace();
    for (const call of chosen(calls, [8, 2])) {
      const key = `${call.name}-${call.ordinal}`;
      const valid = damage(place, key);
      const { status, messages, isHit } = runWith(place, [{ call, fate: 'error=EIO' }], REPAIR);
      if (isHit) {
        expect([0, 1, 74], `${call.text}: ${messages}`).toContain(status);
        expect(messages, call.text).not.toContain('bug');
      }
      expectNothingLost(place, valid, key);
      expectGoesOn(place, valid, key);
    }
  });
});

/** Appends as old scripts do, and breaks a line now and then. */
const OLD_WRITER = `zmodload zsh/zselect
for n in {1..$2}; do
  (( n % 4 )) || zselect -t 1
  print -r -- \${4/NUMBER/$3-$n} >> $1
  (( n % 10 )) || print -r -- "garbage $3 $n" >> $1
done`;

test.skipIf(!hasProgram('zsh', '--version'))(
  'repairs beside old scripts lose no line (needs zsh)',
  async () => {
    const place = livedPlace();
    const count = rounds(500, 20_000);
    const ts = `${place.dayPath.slice(-16, -6)}T12:00:00+0000`;
    const line = eventLine({ ts, source: 'zsh', summary: 'NUMBER' });
    const writers = Array.from({ length: 6 }, (_, index) => {
      const args = ['-f', '-c', OLD_WRITER, 'zsh', place.dayPath, String(count), `w${index}`, line];
      return once(spawn('zsh', args, { env: place.environment, stdio: 'inherit' }), 'close');
    });
    let isOver = false;
    const writing = Promise.all(writers).then(() => {
      isOver = true;
    });
    let repairs = 0;
    while (!isOver) {
      const [status] = (await once(place.start('ledger-validate', ['--repair', place.dayPath]), 'close')) as [
        number,
      ];
      expect([0, 1]).toContain(status);
      write(place, `ours ${++repairs}`);
    }
    await writing;
    expect(repairs).toBeGreaterThan(1);
    expect(place.run('ledger-validate', ['--repair', '--chain'])).toMatchObject({ status: 0 });
    const lines = linesIn(place.dayPath);
    const summaries = lines.map(text => (JSON.parse(text) as { summary: string }).summary);
    const theirs = summaries.filter(summary => summary.startsWith('w'));
    expect(theirs).toHaveLength(6 * count);
    expect(new Set(theirs).size).toBe(6 * count);
    expect(summaries.filter(summary => summary.startsWith('ours'))).toHaveLength(repairs);
    const moved = readdirSync(join(place.root, 'g/ledger/cls')).filter(name => name.includes('.torn-'));
    const garbage = moved.flatMap(name => linesIn(join(place.root, 'g/ledger/cls', name)));
    expect(garbage).toHaveLength(6 * (count / 10));
  },
);
