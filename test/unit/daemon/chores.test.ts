import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Chores } from '../../../tools/lib/daemon/chores.js';
import { Registrations } from '../../../tools/lib/daemon/registrations.js';
import { launchdUnit, systemdUnit } from '../../../tools/lib/daemon/unit.js';
import { Failure } from '../../../tools/lib/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

function choresOf(warnings: string[]): Chores {
  const chores = new Chores(
    message => warnings.push(message),
    () => 0.5,
  );
  onTestFinished(() => chores.stop());
  return chores;
}

test('a chore is done at its interval, and says what came of it', async () => {
  const chores = choresOf([]);
  let count = 0;
  chores.start({ name: 'count', everyMs: 10, run: () => `${++count} times` });
  expect(chores.lines()).toEqual({ count: 'not yet' });
  while (count < 3) await pause(5);
  expect(chores.lines().count).toMatch(/Z \d+ times$/);
  chores.stop();
  const after = count;
  await pause(40);
  expect(count).toBe(after);
});

test('a chore that fails is tried again later each time, and does not disturb others', async () => {
  const warnings: string[] = [];
  const chores = choresOf(warnings);
  let tries = 0;
  let done = 0;
  chores.start({
    ...{ name: 'failing', everyMs: 10 },
    run: async () => {
      tries++;
      throw new Failure('offline', 'the remote is away');
    },
  });
  chores.start({ name: 'other', everyMs: 10, run: () => `${++done}` });
  while (tries < 3) await pause(5);
  expect(done).toBeGreaterThan(tries);
  expect(chores.lines().failing).toMatch(/Z failed \(\d\): the remote is away$/);
  expect(warnings[0]).toBe('failing: the remote is away');
});

test('an agent is registered as long as one of its processes lives, also for a successor', async () => {
  const control = temporaryDirectory();
  const child = spawn('sleep', ['60']);
  const registrations = new Registrations(control);
  registrations.add('cls', child.pid!);
  registrations.add('cls', process.pid);
  registrations.add('andy', child.pid!);
  expect(registrations.alive()).toEqual(['cls', 'andy']);
  expect(new Registrations(control).alive()).toEqual(['cls', 'andy']);
  child.kill();
  await once(child, 'exit');
  expect(registrations.alive()).toEqual(['cls']);
  registrations.remove('cls');
  expect(new Registrations(control).alive()).toEqual([]);
});

test('units hold any root as data', () => {
  const root = '/home/me/a "b" 50% $HOME <&>';
  const command = ['/usr/bin/node', '/opt/ledgerd', 'run', '--root', root];
  expect(systemdUnit(root, command)).toContain(
    'ExecStart=/usr/bin/node /opt/ledgerd run --root "/home/me/a \\"b\\" 50%% $$HOME <&>"\n',
  );
  expect(launchdUnit('x', command)).toContain('<string>/home/me/a "b" 50% $HOME &lt;&amp;&gt;</string>');
});
