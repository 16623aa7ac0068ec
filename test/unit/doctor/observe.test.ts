import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../tools/lib/clock.js';
import { holdLock } from '../../../tools/lib/disk/lock.js';
import { examine } from '../../../tools/lib/doctor/examine.js';
import { observe } from '../../../tools/lib/doctor/observe.js';
import { locate } from '../../../tools/lib/root/workspace.js';
import { makeRoot } from '../../../tools/lib/setup/make-root.js';
import { temporaryDirectory } from '../../support/workspace.js';

interface Here {
  base: string;
  root: string;
  environment: Record<string, string>;
}

/** A root in a repository, and an empty home. */
function here(): Here {
  const base = temporaryDirectory();
  const root = join(base, 'repo');
  execFileSync('git', ['init', '-q', root]);
  makeRoot({ cwd: root, environment: {} }, 'file:///schema');
  mkdirSync(join(base, 'home'));
  const environment = { HOME: join(base, 'home'), PATH: process.env.PATH!, GIT_CONFIG_NOSYSTEM: '1' };
  return { base, root, environment };
}

async function see({ root, environment }: Here) {
  return observe({
    ...{ place: locate({ cwd: root, environment }), cwd: root, home: environment.HOME!, environment },
    ...{ clock: systemClock, platform: process.platform, uid: process.getuid!() },
  });
}

const codesOf = async (place: Here): Promise<string[]> => examine(await see(place)).map(({ code }) => code);

test('a new root is sound, but for that nothing is wired', async () => {
  expect(await codesOf(here())).toEqual(['no-client']);
});

test('a lock that another open file holds is seen, one that is free is not', async () => {
  const place = here();
  const { control } = locate({ cwd: place.root, environment: place.environment });
  mkdirSync(join(control, 'locks'), { recursive: true, mode: 0o700 });
  writeFileSync(join(control, 'locks/andy.lock'), '');
  const held = holdLock(join(control, 'locks/cls.lock'))!;
  const world = await see(place);
  expect(world.isLocked(join(control, 'locks/cls.lock'))).toBe(true);
  expect(world.isLocked(join(control, 'locks/andy.lock'))).toBe(false);
  held.release();
  expect(world.isLocked(join(control, 'locks/cls.lock'))).toBe(false);
});

test('a notice that has waited is told by its age', async () => {
  const place = here();
  const { control } = locate({ cwd: place.root, environment: place.environment });
  const spool = join(control, 'spool/cls');
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  writeFileSync(join(spool, 'new.json'), '{}');
  expect(await codesOf(place)).toEqual(['no-client']);
  writeFileSync(join(spool, 'old.json'), '{}');
  utimesSync(join(spool, 'old.json'), 0, Date.now() / 1000 - 600);
  expect(await codesOf(place)).toEqual(['no-client', 'spool-waiting']);
});

test('core.hooksPath is read from every scope, as git does', async () => {
  const place = here();
  const { root, base } = place;
  expect((await see(place)).hooksPaths).toEqual([]);
  writeFileSync(join(base, 'home/.gitconfig'), `[core]\n\thooksPath = ${base}/global hooks\n`);
  expect((await see(place)).hooksPaths).toEqual([{ scope: 'global', path: `${base}/global hooks` }]);
  expect(await codesOf(place)).toContain('git-hooks-path');
  mkdirSync(join(base, 'global hooks'));
  expect(await codesOf(place)).not.toContain('git-hooks-path');
  execFileSync('git', ['-C', root, 'config', 'core.hooksPath', '.husky']);
  expect((await see(place)).hooksPaths.at(-1)).toEqual({ scope: 'local', path: '.husky' });
  expect(await codesOf(place)).toContain('git-hooks-path');
});

test('settings that are not valid are told, and the rest is examined all the same', async () => {
  const place = here();
  writeFileSync(join(place.root, 'ledger.config.json'), '{"ledger": {"what": 1}}');
  expect(await codesOf(place)).toEqual(['settings-invalid', 'no-client']);
  writeFileSync(join(place.root, 'ledger.config.json'), '{"ledger": {"stale_after_s": 1e12}}');
  expect(await codesOf(place)).toEqual(['settings-invalid', 'no-client']);
});

test('a malformed configuration is told, whatever is wrong with it', async () => {
  const place = here();
  mkdirSync(join(place.base, 'home/.codex'));
  for (const text of [
    'hooks = ',
    'hooks = 1',
    '[[hooks.Stop]]\nhooks = [{ command = "andy-hook" }]\n[hooks.SessionStart]\n',
  ]) {
    writeFileSync(join(place.base, 'home/.codex/config.toml'), text);
    expect(await codesOf(place)).toContain(text === 'hooks = 1' ? 'no-client' : 'config-malformed');
  }
});
