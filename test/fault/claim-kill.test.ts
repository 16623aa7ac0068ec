/**
 * SIGKILL before and after each git process of a claim. Nobody was told that it is theirs, so afterwards it is either
 * held, in the claims log as on the branch, or free for everybody: never held by two, never by nobody for ever.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimsOnBranch, type FleetMachine, makeFleet } from '../support/fleet.js';
import { startGitServer, urlAt } from '../support/git-server.js';
import { countingGit, killingGit } from '../support/git-wrapper.js';
import { makeRemote } from '../support/machines.js';
import { rounds, seededBelow } from '../support/rounds.js';

const ALONE_CALLS = 2;
/** One that somebody else was faster than starts no more. */
const RIVALLED_CALLS = 9;

interface Cut {
  call: number;
  isRivalled: boolean;
}

const cuts: Cut[] = [
  ...Array.from({ length: ALONE_CALLS }, (_, index) => ({ call: index + 1, isRivalled: false })),
  ...Array.from({ length: RIVALLED_CALLS }, (_, index) => ({ call: index + 1, isRivalled: true })),
];

const intentOf = ({ top }: FleetMachine): string => join(top, '.git/agent-ledger/sync/intent.json');

/** The next claim settles what was left open, and so does the next exchange. */
const SETTLERS: ((machine: FleetMachine, task: string) => Promise<{ status: number | null }>)[] = [
  machine => machine.run('ledger-sync', []),
  (machine, task) => machine.claim([`${task}-next`]).ended,
];

test.each(['before', 'after'] as const)('killed %s a git process of a claim', async when => {
  const remote = makeRemote();
  const [a, b] = (await makeFleet(2, remote)) as [FleetMachine, FleetMachine];
  const below = seededBelow(when.length + 40);
  const chosen = [...cuts];
  while (chosen.length > rounds(2, cuts.length)) chosen.splice(below(chosen.length), 1);
  for (const { call, isRivalled } of chosen) {
    const task = `T-${when}-${call}-${isRivalled}`;
    if (isRivalled) expect((await b.claim([`rival-${task}`]).ended).status).toBe(0);
    const cut = await a.claim([task], killingGit(call, when)).ended;
    if (cut.signal === null) expect(cut.status, cut.messages).toBe(0);
    const settler = SETTLERS[below(SETTLERS.length)]!;
    expect((await settler(a, task)).status).toBe(0);
    expect(existsSync(intentOf(a))).toBe(false);
    const isOnBranch = claimsOnBranch(remote).get(task)?.lease != null;
    const checked = await a.run('ledger-claim', ['check', task, '--agent-id', 'cls', '--quiet']);
    expect(checked.status === 0, `${task}: ${cut.signal}`).toBe(isOnBranch);
    const theirs = await b.claim([task]).ended;
    expect(theirs.status, theirs.messages).toBe(isOnBranch ? 1 : 0);
  }
});

test('a claim that nobody interferes with is one push, no other network call and at most five git processes', async () => {
  const server = await startGitServer();
  const [machine] = (await makeFleet(1, urlAt(server.port))) as [FleetMachine];
  for (const task of ['T-1', 'T-2']) {
    const { environment, commands } = countingGit();
    const { status, messages } = await machine.claim([task], environment).ended;
    expect(status, messages).toBe(0);
    const started = commands();
    expect(started.length).toBeLessThanOrEqual(5);
    // The first one looks through the tree for other machines' leases.
    const local = new Set(['fast-import', 'unpack-objects', 'pack-objects', 'ls-tree']);
    expect(started.filter(name => !local.has(name))).toEqual(['push']);
  }
});
