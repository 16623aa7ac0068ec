/** Machines that share nothing but a git remote: each a repository with a root of its own, in this process. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../tools/lib/clock.js';
import { readAtMost } from '../../tools/lib/disk/read.js';
import { recordEvent } from '../../tools/lib/journal/record.js';
import { parseConfig } from '../../tools/lib/record/config.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';
import type { Exchange } from '../../tools/lib/sync/arrive.js';
import { type ExchangeOptions, exchangeAll, pull } from '../../tools/lib/sync/exchange.js';
import { type SyncOptions, timeOf, withExchange } from '../../tools/lib/sync/open.js';
import { type SetUp, setUp } from '../../tools/lib/sync/setup.js';
import { git } from './git.js';
import { temporaryDirectory } from './workspace.js';

export interface Machine {
  top: string;
  workspace: Workspace;
  options: SyncOptions;
  warnings: string[];
}

export const sending: ExchangeOptions = { time: timeOf(systemClock), deadlineMs: Infinity, retries: 2 };

/** A bare repository, for the time of a test. */
export function makeRemote(...options: string[]): string {
  const remote = join(temporaryDirectory(), 'remote.git');
  git('/', 'init', '--quiet', '--bare', ...options, remote);
  return remote;
}

/** A repository with one commit and a root in it. */
export function makeMachine(
  remote: string,
  top = join(temporaryDirectory(), 'm'),
  ...initOptions: string[]
): Machine {
  git('/', 'init', '--quiet', '--initial-branch=main', ...initOptions, top);
  git(top, 'commit', '--quiet', '--allow-empty', '--message=first');
  git(top, 'remote', 'add', 'origin', remote);
  return machineAt(top);
}

/** A machine whose repository is there already. */
export function machineAt(top: string, { makesRoot = true } = {}): Machine {
  if (makesRoot) mkdirSync(join(top, 'g/ledger'), { recursive: true });
  const place = locate({ cwd: top, environment: {} });
  const workspace = openWorkspace(place, { clock: systemClock, lockTimeoutMs: 5000 });
  const warnings: string[] = [];
  const config = parseConfig(undefined, {}, () => undefined);
  const options: SyncOptions = {
    workspace,
    sync: config.sync,
    claims: { sessionIdleMs: 3_600_000, warn: message => warnings.push(message), limits: config.claims },
    environment: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    warn: message => warnings.push(message),
    time: timeOf(systemClock),
    waitMs: 20_000,
  };
  return { top, workspace, options, warnings };
}

export const setUpMachine = ({ options }: Machine): Promise<SetUp> => setUp(options, sending);

/** Plain `ledger-sync`. */
export const sync = ({ options }: Machine): Promise<Exchange> =>
  withExchange(options, async exchange => {
    await exchangeAll(exchange, sending);
    return exchange;
  });

export const receive = ({ options }: Machine): Promise<Exchange> =>
  withExchange(options, async exchange => {
    await pull(exchange);
    return exchange;
  });

/** Appends an event of ours. @returns its line */
export function tell({ workspace }: Machine, agent: string, summary: string, data = {}): string {
  const draft = { event: 'info', task_id: 't', source: 'test', summary, data };
  const options = { sessionIdleMs: 3_600_000, warn: () => undefined, updatesStatus: true };
  return recordEvent(workspace, agent, draft, options).line;
}

/** The lines of a file on the branch. */
export function linesOnBranch(remote: string, path: string): string[] {
  return git(remote, 'show', `ledger:${path}`).split('\n');
}

/** A file below the root; undefined when there is none. */
export function fileOn({ top }: Machine, path: string): string | undefined {
  return readAtMost(join(top, path), 1 << 26)?.toString();
}

/** Commits files to the branch as somebody else would, with plain git. */
export function pushFiles(remote: string, files: Record<string, string | Buffer | null>): string {
  const top = join(temporaryDirectory(), 'w');
  git('/', 'clone', '--quiet', '--branch=ledger', remote, top);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) git(top, 'rm', '--quiet', path);
    else {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), content);
      git(top, 'add', '--force', path);
    }
  }
  git(top, 'commit', '--quiet', '--message=by hand');
  git(top, 'push', '--quiet', 'origin', 'ledger');
  return git(top, 'rev-parse', 'HEAD');
}
