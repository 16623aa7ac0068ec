/** A world in which nothing is wrong, to try the doctor's checks on with one fault each. */
import type { WiredClient, World } from '../../tools/lib/doctor/world.js';
import type { AgentOverview } from '../../tools/lib/journal/overview.js';
import type { Scope } from '../../tools/lib/setup/clients/client.js';
import { CLIENTS } from '../../tools/lib/setup/clients/known.js';
import { ignoreLines } from '../../tools/lib/setup/exclude.js';
import { type CallingHook, callingHooks } from '../../tools/lib/setup/hook-list.js';

export const NOW_MS = Date.parse('2026-11-24T10:00:00Z');

const PLACE = {
  ...{ root: '/repo', control: '/repo/.git/agent-ledger', worktree: 'main', commonDirectory: '/repo/.git' },
};

/** A root outside git. */
export const OUTSIDE_GIT = { ...PLACE, commonDirectory: undefined };

export function healthyWorld(overrides: Partial<World> = {}): World {
  const files = new Map([['/repo/.git/info/exclude', `${ignoreLines('').join('\n')}\n`]]);
  return {
    place: PLACE,
    ...{ prefix: '', home: '/home/me', uid: 1000, platform: 'linux' },
    ...{ environment: {}, nowMs: NOW_MS, settingsProblem: undefined },
    clients: [wiredClient('claude')],
    agents: [overview({})],
    hooksPaths: [],
    read: path => files.get(path),
    list: () => [],
    look: () => ({ mode: 0o40700, uid: 1000 }),
    realPath: path => path,
    isWritable: () => true,
    ageMs: () => 0,
    volume: () => ({ freeBytes: 1e12, kind: 0xef53 }),
    isLocked: () => false,
    start: ({ words }) => `${/(?:cls|andy)-hook|status-update/.exec(words.join())![0]} 0.1.0\n`,
    ...overrides,
  };
}

export function overview(overrides: Partial<AgentOverview>): AgentOverview {
  return {
    ...{ agent: 'cls', writer: 'mbp-3f2a91c0', is_ours: true, state: 'busy', since: null, since_id: null },
    ...{ last_task_id: null, session_id: null, last_heartbeat: '2026-11-24T09:59:00.000Z' },
    ...{ heartbeat_age_s: 60, is_stale: false, last_error: null, claims: [], problem: null },
    ...overrides,
  };
}

const SHIMS = '/home/me/.local/share/agent-ledger/bin';

/** A client whose configuration holds `value`; our hook at Stop when none is given. */
export function wiredClient(
  name: string,
  { scope = 'user', value, ...overrides }: Partial<WiredClient> & { scope?: Scope } = {},
): WiredClient {
  const client = CLIENTS.find(known => known.name === name)!;
  const hook = { type: 'command', command: `${SHIMS}/${client.executable}`, timeout: 5 };
  const held = value ?? { hooks: { Stop: [{ hooks: [hook] }] } };
  const home = '/home/me';
  const context = { home, environment: {}, scope, project: '/repo', root: '/repo', agent: undefined };
  return {
    ...{
      client,
      context: { ...context, read: () => undefined },
      path: `${home}/.${name}/config`,
      text: '{}',
    },
    ...{ value: held, problem: undefined, hooks: callingHooks(held), missing: [] },
    ...overrides,
  };
}

/** One of our hooks for Codex. */
export function codexHook(overrides: Partial<CallingHook> = {}): CallingHook {
  const hook = { type: 'command', command: `${SHIMS}/andy-hook`, timeout: 5 };
  return { event: 'Stop', matcher: undefined, hook, group: 0, index: 0, isOurs: true, ...overrides };
}
