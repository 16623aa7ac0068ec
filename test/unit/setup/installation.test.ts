import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInstallation } from '../../../tools/lib/setup/installation.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** A package as `npm install -g` lays it out, and a node that a package manager keeps under its version. */
function installed(): { base: string; script: string; node: string } {
  const base = temporaryDirectory();
  const home = join(base, 'lib/node_modules/agent-ledger');
  for (const name of ['bin', 'lib/node_modules/agent-ledger/dist/bin', 'Cellar/node/22.1.0/bin']) {
    mkdirSync(join(base, name), { recursive: true });
  }
  writeFileSync(join(home, 'package.json'), '{}');
  const script = join(home, 'dist/bin/ledger-init.cjs');
  const node = join(base, 'Cellar/node/22.1.0/bin/node');
  for (const file of [script, node]) writeFileSync(file, '');
  chmodSync(node, 0o755);
  symlinkSync('../lib/node_modules/agent-ledger/dist/bin/ledger-init.cjs', join(base, 'bin/ledger-init'));
  symlinkSync('../Cellar/node/22.1.0/bin/node', join(base, 'bin/node'));
  return { base, script, node };
}

test('the links in PATH are preferred to the versioned files they lead to', () => {
  const { base, node } = installed();
  const bin = join(base, 'bin');
  expect(findInstallation({ node, script: join(bin, 'ledger-init'), path: `/nowhere:${bin}` })).toEqual({
    bin,
    suffix: '',
    node: bin,
    package: join(base, 'lib/node_modules/agent-ledger'),
  });
});

test('a link that was called by its path counts too', () => {
  const { base, node } = installed();
  const found = findInstallation({ node, script: join(base, 'bin/ledger-init'), path: '/nowhere' });
  expect(found).toMatchObject({ bin: join(base, 'bin'), node: join(base, 'Cellar/node/22.1.0/bin') });
});

test('the built file itself is the last resort', () => {
  const { base, script, node } = installed();
  expect(findInstallation({ node, script, path: undefined })).toMatchObject({
    bin: join(base, 'lib/node_modules/agent-ledger/dist/bin'),
    suffix: '.cjs',
  });
});

test('directories made for one shell or one run do not count', () => {
  const { base, script, node } = installed();
  const fleeting = ['fnm_multishells/12_34/bin', '.npm/_npx/ab/node_modules/.bin'];
  for (const name of fleeting) {
    mkdirSync(join(base, name), { recursive: true });
    symlinkSync(script, join(base, name, 'ledger-init'));
    symlinkSync(node, join(base, name, 'node'));
  }
  const path = fleeting.map(name => join(base, name)).join(':');
  const found = findInstallation({ node, script: join(base, fleeting[1]!, 'ledger-init'), path });
  expect(found).toMatchObject({ suffix: '.cjs', node: join(base, 'Cellar/node/22.1.0/bin') });
});

test('what is no directory in PATH is passed over', () => {
  const { base, script, node } = installed();
  const path = `${script}:.:relative::${join(base, 'bin')}`;
  expect(findInstallation({ node, script, path }).bin).toBe(join(base, 'bin'));
});
