/**
 * SIGKILL before and after each git process of an exchange. Whatever was cut off, the next plain exchange goes on from it:
 * nothing is lost, nothing is sent twice, and all machines end up with the same.
 */
import { expect, test } from 'vitest';
import { start } from '../support/executable.js';
import { git } from '../support/git.js';
import { killingGit } from '../support/git-wrapper.js';
import {
  fileOn,
  type Machine,
  makeMachine,
  makeRemote,
  setUpMachine,
  sync,
  tell,
} from '../support/machines.js';
import { rounds, seededBelow } from '../support/rounds.js';

const today = (): string => new Date().toLocaleDateString('sv-SE');
const copyOf = (of: Machine): string => `g/ledger/cls/${today()}.${of.workspace.writer}.jsonl`;
const own = (of: Machine): string => fileOn(of, `g/ledger/cls/${today()}.jsonl`)!;

/** @returns whether it was killed */
async function syncKilled(
  { top, options }: Machine,
  call: number,
  when: 'before' | 'after',
): Promise<boolean> {
  const environment = { ...options.environment, ...killingGit(call, when) };
  const { signal, status, messages } = await start('ledger-sync', [], { cwd: top, environment }).ended;
  if (signal === null) expect(status, messages).toBe(0);
  return signal !== null;
}

async function expectSame(remote: string, machines: [Machine, Machine]): Promise<void> {
  for (const machine of [...machines, ...machines]) await sync(machine);
  const [a, b] = machines;
  expect(fileOn(a, copyOf(b))).toBe(own(b));
  expect(fileOn(b, copyOf(a))).toBe(own(a));
  for (const machine of machines)
    expect(`${git(remote, 'show', `ledger:${copyOf(machine)}`)}\n`).toBe(own(machine));
  expect(machines.flatMap(({ warnings }) => warnings)).toEqual([]);
}

/** A contended exchange starts no more; the last ones are not reached by every one. */
const MOST_CALLS = 9;

test.each(['before', 'after'] as const)('killed %s a git process of an exchange', async when => {
  const remote = makeRemote();
  const [a, b] = [makeMachine(remote), makeMachine(remote)];
  for (const machine of [a, b]) {
    tell(machine, 'cls', 'first');
    await setUpMachine(machine);
  }
  const below = seededBelow(when.length);
  const calls = Array.from({ length: MOST_CALLS }, (_, index) => index + 1);
  while (calls.length > rounds(3, MOST_CALLS)) calls.splice(below(calls.length), 1);
  for (const call of calls) {
    // Somebody was faster, so that the push is refused and what arrived is taken over before the next one.
    tell(b, 'cls', `there ${call}`);
    await sync(b);
    tell(a, 'cls', `here ${call}`);
    const isKilled = await syncKilled(a, call, when);
    // A git that only reads is ended by its caller, maybe before it can kill it.
    if (when === 'before') expect(isKilled).toBe(true);
    await sync(a);
  }
  await expectSame(remote, [a, b]);
});

test('killed at any moment', async () => {
  const remote = makeRemote();
  const [a, b] = [makeMachine(remote), makeMachine(remote)];
  for (const machine of [a, b]) {
    tell(machine, 'cls', 'first');
    await setUpMachine(machine);
  }
  const below = seededBelow(77);
  for (let round = 0; round < rounds(3, 500); round++) {
    tell(b, 'cls', `there ${round}`);
    await sync(b);
    tell(a, 'cls', `here ${round}`);
    const { child, ended } = start('ledger-sync', [], { cwd: a.top, environment: a.options.environment });
    setTimeout(() => child.kill('SIGKILL'), 30 + below(150));
    await ended;
  }
  await expectSame(remote, [a, b]);
});
