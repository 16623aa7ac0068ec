/** A repository with a root and a remote, and checks of its workplans in this process. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWorkplans } from '../../tools/lib/check/check.js';
import type { Checked, CheckOptions } from '../../tools/lib/check/check-options.js';
import { shownFrom } from '../../tools/lib/check/survey.js';
import { recordEvent } from '../../tools/lib/journal/record.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';
import { git } from './git.js';
import { planText } from './workplans.js';
import { type TestClock, temporaryDirectory, testClock } from './workspace.js';

export interface CheckPlace {
  root: string;
  clock: TestClock;
  workspace: Workspace;
  /** Writes and commits a file. @returns its path */
  commit(name: string, text: string | Buffer): string;
  /** Tells the ledger something of a task. */
  tell(task: string, event: string, data?: Record<string, unknown>): void;
  check(options?: Partial<CheckOptions>): Promise<Checked>;
  fix(options?: Partial<CheckOptions>): Promise<Checked>;
}

const IDENTITY = ['-c', 'user.name=Me', '-c', 'user.email=me@example.org'];

/** @param directory a repository, or an empty directory */
export function checkPlace(directory = join(temporaryDirectory(), 'repo')): CheckPlace {
  git('/', 'init', '--quiet', '--initial-branch=main', directory);
  git(directory, 'config', 'user.name', 'Me');
  git(directory, 'config', 'user.email', 'me@example.org');
  mkdirSync(join(directory, 'g/ledger'), { recursive: true });
  writeFileSync(join(directory, '.git/info/exclude'), '/g/\n/agents/\n');
  const clock = testClock();
  const place = locate({ cwd: directory, environment: {} });
  const workspace = openWorkspace(place, { clock, lockTimeoutMs: 1000 });
  const record = { sessionIdleMs: 43_200_000, warn: fail, updatesStatus: false };
  const check = (options: Partial<CheckOptions> = {}): Promise<Checked> =>
    checkWorkplans({
      ...{ place, clock, paths: [], isAll: false, pulls: false, fix: undefined, warn: fail },
      git: { environment: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' }, timeoutMs: 30_000 },
      show: path => shownFrom(directory, path),
      ...options,
    });
  return {
    ...{ root: directory, clock, workspace, check },
    commit: (name, text) => {
      const path = join(directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      git(directory, 'add', '--', name);
      git(directory, ...IDENTITY, 'commit', '--quiet', '--message=change', '--only', '--', name);
      return path;
    },
    tell: (task_id, event, data = {}) => {
      clock.advanceMs(1000);
      recordEvent(workspace, 'cls', { event, task_id, source: 'test', summary: 'told', data }, record);
    },
    fix: options =>
      check({
        fix: { writesBack: true, agent: 'check', record, openForWriting: () => workspace },
        ...options,
      }),
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Gives the repository a remote, and pushes to it. @returns where it is */
export function addRemote({ root }: CheckPlace): string {
  const remote = join(root, '../remote.git');
  git('/', 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  git(root, 'remote', 'add', 'origin', remote);
  git(root, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return remote;
}

/** `plan.md:11 C-13 WARN` of each finding. */
export function briefly({ findings }: Checked): string[] {
  return findings.map(({ path, line, code, severity }) => `${path}:${line} ${code} ${severity}`);
}

/** The status words in a workplan. */
export function statusesIn(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^status: *"?(\w+)/gm)].map(([, word]) => word!);
}

/** Everything of a repository that is the person's: HEAD, index and files, as git tells of them. */
export function shownState(root: string): string {
  return [
    git(root, 'rev-parse', 'HEAD'),
    git(root, 'status', '--porcelain=v2', '--branch'),
    git(root, 'diff'),
    git(root, 'diff', '--cached'),
  ].join('\n');
}

/** One task of which the ledger knows that it is done. */
export function driftingPlace(): CheckPlace & { path: string } {
  const place = checkPlace();
  const path = place.commit('plans/a.md', planText([{ id: 'T-1' }]));
  place.tell('T-1', 'task_result');
  return { ...place, path };
}
