import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { examine } from '../../../tools/lib/doctor/examine.js';
import { SEVERITIES } from '../../../tools/lib/doctor/finding.js';
import type { World } from '../../../tools/lib/doctor/world.js';
import { healthyWorld, NOW_MS, OUTSIDE_GIT, overview } from '../../support/world.js';
import { FAULTS } from './faults.js';

const found = (overrides: Partial<World>) => examine(healthyWorld(overrides));
const page = readFileSync('docs/ledger-doctor.md', 'utf8');

test('nothing is found in a world in which nothing is wrong', () => {
  expect(found({})).toEqual([]);
});

test.each(FAULTS)('%s is found, and nothing else (%#)', (code, overrides, message, fix) => {
  expect(found(overrides)).toEqual([
    {
      code,
      severity: SEVERITIES[code as keyof typeof SEVERITIES],
      message: expect.stringMatching(message),
      fix,
    },
  ]);
});

test.each([
  [
    'a notice that has just come',
    { list: (path: string) => (path.endsWith('spool') ? ['cls'] : ['a.json']) },
  ],
  ['zones of every form', { environment: { TZ: 'Asia/Bangkok' } }],
  ['a rule for a zone', { environment: { TZ: 'EST5EDT' } }],
  ['a file for a zone', { environment: { TZ: ':/etc/localtime' } }],
  [
    'a small difference of clocks',
    { agents: [overview({ last_heartbeat: new Date(NOW_MS + 60_000).toISOString() })] },
  ],
  ['hooks of git in one place', { hooksPaths: [{ scope: 'local', path: '.husky' }] }],
  ['a root outside git', { place: OUTSIDE_GIT, read: () => undefined }],
  [
    'another system’s numbers of file systems',
    { platform: 'darwin', volume: () => ({ freeBytes: 1e12, kind: 0x6969 }) },
  ],
  ['a switch that is off', { environment: { LEDGER_DISABLE: '0', HYBRID_LEDGER_DISABLE: '' } }],
] as [string, Partial<World>][])('%s is nothing to tell of', (_what, overrides) => {
  expect(found(overrides)).toEqual([]);
});

test('each code is in the table of the page with its severity, and none else', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)`\s*\| (error|warning)\s*\|/gm)].map(([, code, severity]) => [
    code,
    severity,
  ]);
  expect(Object.fromEntries(rows)).toEqual(SEVERITIES);
});

test('errors come first, and the schema of the page holds', () => {
  const findings = found({ clients: [], isWritable: () => false, environment: { TZ: 'x/y' } });
  const severities = findings.map(({ severity }) => severity);
  expect(severities).toEqual([...severities].sort());
  const schema = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
  const validate = new Ajv().compile(schema);
  expect(validate({ findings })).toBe(true);
  expect(validate({ findings: [{ ...findings[0], more: 1 }] })).toBe(false);
});

test('no fix destroys anything', () => {
  const fixes = FAULTS.map(([, , , fix]) => fix).join('\n');
  expect(fixes).not.toMatch(/\brm\b|--force|reset|clean|truncate|kill|\bmv\b/);
});
