/** A branch that was rewound, replaced or deleted: scenario 5. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compact } from '../../tools/lib/sync/compact.js';
import { withExchange } from '../../tools/lib/sync/open.js';
import { reconcileFiles } from '../../tools/lib/sync/reconcile.js';
import { forceResync } from '../../tools/lib/sync/resync.js';
import { readState } from '../../tools/lib/sync/state.js';
import { rejection } from '../support/failure.js';
import { git } from '../support/git.js';
import {
  fileOn,
  type Machine,
  makeMachine,
  makeRemote,
  receive,
  sending,
  setUpMachine,
  sync,
  tell,
} from '../support/machines.js';
import { isSoak, seededBelow } from '../support/rounds.js';

const today = (): string => new Date().toLocaleDateString('sv-SE');
const copyOf = (of: Machine): string => `g/ledger/cls/${today()}.${of.workspace.writer}.jsonl`;
const own = (of: Machine): string => fileOn(of, `g/ledger/cls/${today()}.jsonl`)!;

const resync = ({ options }: Machine) =>
  withExchange(options, exchange => forceResync(exchange, options, sending));

/** Three machines, each with events that the others have; one more event of the first in the last commit. */
async function world(): Promise<{ remote: string; machines: [Machine, Machine, Machine] }> {
  const remote = makeRemote();
  const machines: [Machine, Machine, Machine] = [
    makeMachine(remote),
    makeMachine(remote),
    makeMachine(remote),
  ];
  for (const machine of machines) {
    tell(machine, 'cls', 'first');
    await setUpMachine(machine);
  }
  tell(machines[0], 'cls', 'second');
  await sync(machines[0]);
  for (const machine of machines) await receive(machine);
  return { remote, machines };
}

async function expectWhole(machines: Machine[]): Promise<void> {
  for (const machine of machines) await sync(machine);
  for (const machine of machines) await receive(machine);
  for (const one of machines) {
    for (const other of machines) if (one !== other) expect(fileOn(one, copyOf(other))).toBe(own(other));
  }
}

const REWINDS: [string, (remote: string) => string][] = [
  ['by one commit', (remote: string) => git(remote, 'update-ref', 'refs/heads/ledger', 'ledger~1')],
  [
    'to its first commit',
    (remote: string) =>
      git(remote, 'update-ref', 'refs/heads/ledger', git(remote, 'rev-list', '--max-parents=0', 'ledger')),
  ],
  ['away', (remote: string) => git(remote, 'update-ref', '-d', 'refs/heads/ledger')],
  [
    'to another history',
    (remote: string) =>
      git(
        remote,
        'update-ref',
        'refs/heads/ledger',
        git(remote, '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', '-m', 'x', 'ledger~1^{tree}'),
      ),
  ],
];

/** One of them in `npm test`, another one each time. */
const chosen = isSoak ? REWINDS : [REWINDS[seededBelow(5)(REWINDS.length)]!];

test.each(chosen)(
  'a branch rewound %s is noticed, nothing is changed, and resync brings all back',
  async (_how, rewind) => {
    const { remote, machines } = await world();
    const [a, b, c] = machines;
    const before = readState(b.workspace);
    rewind(remote);
    const message = await rejection('rewound', receive(b));
    expect(message).toMatch(/rewound or replaced, and nothing was changed/);
    tell(b, 'cls', 'while it was rewound');
    await rejection('rewound', sync(b));
    expect(readState(b.workspace)).toEqual(before);
    const { backup } = await resync(b);
    const { ledger_head } = before as { ledger_head: string };
    expect(git(b.top, 'rev-parse', backup!)).toBe(ledger_head);
    // The others have seen what was lost, too, and say so with their own eyes.
    for (const machine of [a, c]) {
      await sync(machine).catch(() => resync(machine));
    }
    await expectWhole(machines);
    expect(machines.flatMap(({ warnings }) => warnings.filter(text => text.startsWith('refused')))).toEqual(
      [],
    );
    expect((await resync(b)).backup).toBeUndefined();
  },
);

test('who does not have all brings back what it has, and who has the rest adds it', async () => {
  const { remote, machines } = await world();
  const [a, b] = machines;
  tell(a, 'cls', 'seen by nobody else');
  await sync(a);
  git(remote, 'update-ref', 'refs/heads/ledger', git(remote, 'rev-list', '--max-parents=0', 'ledger'));
  await resync(b);
  await rejection('rewound', sync(a));
  await resync(a);
  await expectWhole(machines.slice(0, 2));
});

test('a compacted history is accepted by machines that know all of it, some of it, or none', async () => {
  const { remote, machines } = await world();
  const [a, b, c] = machines;
  tell(b, 'cls', 'after c looked');
  await sync(b);
  await receive(a);
  const tree = git(remote, 'rev-parse', 'ledger^{tree}');
  await withExchange(a.options, async exchange => {
    expect(await compact(exchange, sending, Date.now() - 3_600_000)).toBeUndefined();
    expect(await compact(exchange, sending, Infinity)).toBe(git(remote, 'rev-parse', 'ledger'));
  });
  expect(git(remote, 'rev-parse', 'ledger^{tree}')).toBe(tree);
  expect(git(remote, 'rev-list', '--count', 'ledger')).toBe('1');
  tell(a, 'cls', 'goes on');
  await sync(a);
  const d = makeMachine(remote);
  tell(d, 'cls', 'new');
  await setUpMachine(d);
  await expectWhole([a, b, c, d]);
});

test('a history that says it was compacted and lacks something is a rewind', async () => {
  const { remote, machines } = await world();
  const [, b] = machines;
  const message = `x\n\nLedger-Compacts: ${git(remote, 'rev-parse', 'ledger')}`;
  const made = git(
    remote,
    ...['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', '-m', message, 'ledger~1^{tree}'],
  );
  git(remote, 'update-ref', 'refs/heads/ledger', made);
  expect(await rejection('rewound', receive(b))).toMatch(/was compacted and lacks what was in g\/ledger/);
});

test('reconcile makes copies again, brings back the lost end of a day, and sends what the branch lacks', async () => {
  const { machines } = await world();
  const [a, b, c] = machines;
  const path = join(a.top, `g/ledger/cls/${today()}.jsonl`);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.slice(0, whole.indexOf('\n') + 1));
  rmSync(join(a.top, copyOf(b)));
  writeFileSync(join(a.top, copyOf(c)), 'garbage');
  const done = await withExchange(a.options, exchange => reconcileFiles(exchange));
  expect(done).toEqual({ copies: 2, restored: 1 });
  expect(readFileSync(path, 'utf8')).toBe(whole);
  expect(fileOn(a, copyOf(b))).toBe(own(b));
  expect(fileOn(a, copyOf(c))).toBe(own(c));
  tell(a, 'cls', 'third');
  await expectWhole(machines);
});
