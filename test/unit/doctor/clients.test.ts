import { expect, test } from 'vitest';
import { hashOf } from '../../../tools/lib/doctor/check-trust.js';
import { examine } from '../../../tools/lib/doctor/examine.js';
import { codexHook, healthyWorld, OUTSIDE_GIT, wiredClient } from '../../support/world.js';

const COMMAND = '/home/u/.local/share/agent-ledger/bin/andy-hook';

/** Recorded from Codex 0.169, which lists its hooks with their hashes. */
test.each([
  [
    'Stop',
    { command: COMMAND, timeout: 5 },
    undefined,
    '6de4f4a57fda1bf598d0e5a17a960d3a967de2c0f6a59c1772d5720990631b0f',
  ],
  [
    'SessionStart',
    { command: COMMAND, timeout: 5 },
    undefined,
    '9a82eb47d5e305a5bcbc98a003039ae6eaee3838ba05cefa49f1f06bc750455e',
  ],
  [
    'SessionEnd',
    { command: '/home/u/x', timeout: 3 },
    undefined,
    'a225bb056ddfe7a24ea98b52d452b13580330808e41b53a7022101d331584689',
  ],
  [
    'PostToolUse',
    { command: 'echo hi' },
    'apply_patch',
    'cd74431e608bcd7376e682bb7f75ff3af59bb36892464080165e2465729b318f',
  ],
])('the hash of a hook at %s is the one that Codex stores', (event, hook, matcher, hash) => {
  expect(hashOf(codexHook({ event, hook, matcher }))).toBe(`sha256:${hash}`);
});

const PATH = '/home/me/.codex/config.toml';

/** What is found when Codex' own record says this of our hook. */
function withState(state: string, realPath = (path: string) => path): string[] {
  const wired = wiredClient('codex', { path: PATH });
  const key = `${realPath(PATH)}:stop:0:0`;
  const read = (path: string) =>
    path === PATH ? `[hooks.state.${JSON.stringify(key)}]\n${state}\n` : undefined;
  const world = healthyWorld({ clients: [wired], read, realPath, place: OUTSIDE_GIT });
  return examine(world).map(({ code }) => code);
}

test('a hook that Codex trusts is fine, one it does not is found', () => {
  const hash = hashOf(codexHook());
  expect(withState(`trusted_hash = "${hash}"`)).toEqual([]);
  expect(withState('')).toEqual(['hook-untrusted']);
  expect(withState('trusted_hash = "sha256:0"')).toEqual(['hook-changed']);
  expect(withState(`enabled = false\ntrusted_hash = "${hash}"`)).toEqual(['hook-off']);
  expect(withState(`trusted_hash = "${hash}"`, path => `/private${path}`)).toEqual([]);
  expect(withState('not = toml = at all')).toEqual(['hook-untrusted']);
});

test('the events that are not trusted are told in one finding', () => {
  const hooks = [
    codexHook(),
    codexHook({ event: 'SessionEnd' }),
    codexHook({ event: 'Interrupt', isOurs: false }),
  ];
  const [found, ...more] = examine(healthyWorld({ clients: [wiredClient('codex', { hooks, path: PATH })] }));
  expect(found).toMatchObject({ code: 'hook-untrusted', fix: 'cd /home/me && codex' });
  expect(found!.message).toContain('(Stop, SessionEnd in /home/me/.codex/config.toml)');
  expect(more).toEqual([]);
});

test.each([
  ['claude', { disableAllHooks: true }],
  ['codex', { features: { hooks: false } }],
  ['codex', { features: { codex_hooks: false } }],
  ['gemini', { hooksConfig: { enabled: false } }],
  ['gemini', { hooksConfig: { disabled: ['agent-ledger'] } }],
])('%s: %j switches hooks off', (name, settings) => {
  const wired = wiredClient(name);
  const clients = [{ ...wired, value: { ...wired.value, ...settings } }];
  const codes = examine(healthyWorld({ clients })).map(({ code }) => code);
  expect(codes).toContain('hook-off');
});

test('a project that Codex does not trust is found', () => {
  const wired = wiredClient('codex', {
    scope: 'project',
    path: '/repo/.codex/config.toml',
    hooks: [codexHook({ isOurs: false })],
  });
  const withConfig = (text: string) => {
    const read = (path: string) => (path === PATH ? text : undefined);
    return examine(healthyWorld({ clients: [wired], read, place: OUTSIDE_GIT })).map(({ code, fix }) => [
      code,
      fix,
    ]);
  };
  expect(withConfig('')).toEqual([['project-untrusted', 'cd /repo && codex']]);
  expect(withConfig('not toml')).toEqual([['project-untrusted', 'cd /repo && codex']]);
  expect(withConfig('[projects."/repo"]\ntrust_level = "trusted"\n')).toEqual([]);
});
