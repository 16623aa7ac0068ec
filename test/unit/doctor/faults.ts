/** For each thing that can be wrong: a world with that fault, what is said of it, and the command that mends it. */
import type { World } from '../../../tools/lib/doctor/world.js';
import { overview, wiredClient } from '../../support/world.js';

export const FAULTS: [string, Partial<World>, RegExp, string][] = [
  ['no-client', { clients: [] }, /no agent's client/, 'ledger-init --client claude --yes'],
  [
    'config-malformed',
    {
      clients: [
        wiredClient('claude'),
        wiredClient('gemini', { problem: 'it is not JSON (line 3)', hooks: [] }),
      ],
    },
    /Gemini CLI cannot read .*line 3/,
    `\${EDITOR:-vi} /home/me/.gemini/config`,
  ],
  [
    'config-ignored',
    { clients: [wiredClient('claude', { text: '{} // mine' })] },
    /ignores .* comments/,
    `\${EDITOR:-vi} /home/me/.claude/config`,
  ],
  [
    'hook-missing',
    { clients: [wiredClient('claude', { scope: 'project', missing: ['Stop', 'SessionEnd'] })] },
    /does not report Stop, SessionEnd/,
    'ledger-init --client claude --yes --scope project /repo',
  ],
  ['switched-off', { environment: { LEDGER_DISABLE: '1' } }, /LEDGER_DISABLE is set/, 'unset LEDGER_DISABLE'],
  [
    'settings-invalid',
    { settingsProblem: 'ledger.config.json: x has the unknown key "y"' },
    /unknown key/,
    `\${EDITOR:-vi} /repo/ledger.config.json`,
  ],
  [
    'not-writable',
    { isWritable: path => path !== '/repo/agents' },
    /is not writable/,
    'chmod u+rwx /repo/agents',
  ],
  [
    'not-writable',
    {
      isWritable: path => path !== '/repo/memory',
      look: path => ({ mode: 0o40700, uid: path === '/repo/memory' ? 0 : 1000 }),
    },
    /another user/,
    'sudo chown -R "$(id -un)" /repo/memory',
  ],
  [
    'mode-loose',
    { look: path => ({ mode: path === '/repo/g/ledger' ? 0o40755 : 0o40700, uid: 1000 }) },
    /mode 755/,
    'chmod go-rwx /repo/g/ledger',
  ],
  ['disk-low', { volume: () => ({ freeBytes: 5 << 20, kind: 0xef53 }) }, /only 5 MiB/, 'df -h /repo'],
  ['disk-shared', { volume: () => ({ freeBytes: 1e12, kind: 0x6969 }) }, /network/, 'ledger-init ~/ledger'],
  ['not-ignored', { read: () => '/g/ledger/\n' }, /git clean/, 'ledger-init /repo'],
  [
    'clock-behind',
    { agents: [overview({ last_heartbeat: '2026-11-24T12:00:00Z' })] },
    /2h from now/,
    'sudo timedatectl set-ntp true',
  ],
  ['clock-behind', { nowMs: 0, agents: [], platform: 'darwin' }, /1970/, 'sudo sntp -sS time.apple.com'],
  ['zone-unknown', { environment: { TZ: 'Mars/Olympus' } }, /no time zone/, 'unset TZ'],
  [
    'git-hooks-path',
    {
      hooksPaths: [
        { scope: 'global', path: '/g' },
        { scope: 'local', path: '.husky' },
      ],
    },
    /is \.husky \(local\), so the git hooks in \/g \(global\) never run/,
    'git -C /repo config --show-origin --get-all core.hooksPath',
  ],
  [
    'git-hooks-path',
    {
      hooksPaths: [{ scope: 'local', path: '/gone' }],
      look: path => (path === '/gone' ? undefined : { mode: 0o40700, uid: 1000 }),
    },
    /not there/,
    'git -C /repo config --show-origin --get-all core.hooksPath',
  ],
  [
    'lock-held',
    {
      list: path => (path.endsWith('/locks') ? ['cls.lock', 'andy.lock'] : []),
      isLocked: path => path.endsWith('andy.lock'),
    },
    /andy\.lock stays held/,
    'lsof /repo/.git/agent-ledger/locks/andy.lock',
  ],
  [
    'agent-stale',
    {
      agents: [
        overview({ is_stale: true, heartbeat_age_s: 7200 }),
        overview({ is_stale: true, is_ours: false }),
      ],
    },
    /cls is busy, and nothing was heard of it for 2h/,
    'status-update cls offline',
  ],
  [
    'agent-damaged',
    { agents: [overview({ problem: 'its status is torn' })] },
    /torn/,
    'status-update cls --rebuild',
  ],
  [
    'spool-waiting',
    {
      list: path => (path.endsWith('spool') ? ['cls'] : path.endsWith('cls') ? ['a.json'] : []),
      ageMs: () => 90_000,
    },
    /1 notices for cls wait/,
    'cls-hook --agent cls info system "deliver what waits"',
  ],
  [
    'spool-damaged',
    { list: path => (path.endsWith('spool') ? ['cls'] : path.endsWith('cls') ? ['a.json.damaged'] : []) },
    /1 notices for cls were damaged/,
    'ls -l /repo/.git/agent-ledger/spool/cls/a.json.damaged',
  ],
  [
    'hook-not-found',
    { start: ({ words }) => (/cls-hook/.test(words[0]!) ? undefined : 'status-update 0.1.0') },
    /calls ".*cls-hook" .* starts nothing/,
    'ledger-init --client claude --yes',
  ],
  [
    'hook-not-found',
    {
      clients: [
        wiredClient('claude', { value: { hooks: { Stop: [{ hooks: [{ command: 'cls-hook' }] }] } } }),
      ],
      start: ({ words }) => (words.includes('cls-hook --version') ? undefined : 'status-update 0.1.0'),
    },
    /calls "cls-hook"/,
    `\${EDITOR:-vi} /home/me/.claude/config`,
  ],
  [
    'shim-not-found',
    { start: ({ words }) => (/status-update/.test(words[0]!) ? undefined : 'cls-hook 0.1.0') },
    /timers call/,
    'ledger-init --client cron',
  ],
];
