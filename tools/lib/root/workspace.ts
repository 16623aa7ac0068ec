/**
 * The root and its control plane. The control plane holds what belongs to this checkout alone (writer id,
 * locks, heads): `<git common dir>/agent-ledger/`, shared by all worktrees; a root that is not the top of
 * the main worktree has a place of its own in there; without git, `$XDG_STATE_HOME/agent-ledger/<hash>/`.
 * Everything in it but the writer id and the claims log can be deleted and is rebuilt from the ledger.
 */
import { relative } from 'node:path';
import type { Clock } from '../clock.js';
import { makePrivate } from '../disk/directory.js';
import { withLock } from '../disk/lock.js';
import { join } from '../path.js';
import { sha256Hex } from '../sha256.js';
import { type Found, findRoot, type Where } from './find.js';
import { stateDirectory } from './state-directory.js';
import { knownWriter, settleWriter } from './writer.js';

/** Where things are; knowing it writes nothing. */
export interface Place {
  root: string;
  control: string;
  /** Short id of the git worktree the command runs in. */
  worktree: string;
  /** What all worktrees of the repository share; undefined outside git. */
  commonDirectory: string | undefined;
}

/** A place one can write to. */
export interface Workspace extends Place {
  writer: string;
  clock: Clock;
  lockTimeoutMs: number;
}

/** @throws Failure `setup` when there is no root */
export function locate(where: Where): Place {
  const found = findRoot(where);
  return {
    root: found.root,
    control: controlPlane(found, where.environment),
    worktree: shortWorktree(found.worktree),
    commonDirectory: found.git?.commonDirectory,
  };
}

/** The place with its control plane made and its writer id settled. */
export function openWorkspace(place: Place, options: { clock: Clock; lockTimeoutMs: number }): Workspace {
  let writer = knownWriter(place.control);
  if (writer === undefined) {
    makePrivate(place.control);
    const lock = join(place.control, 'writer.lock');
    const guards = 'the control plane';
    const { clock, lockTimeoutMs: timeoutMs } = options;
    writer = withLock(
      lock,
      { clock, timeoutMs, guards },
      () => knownWriter(place.control) ?? settleWriter(place.control),
    );
  }
  return { ...place, ...options, writer };
}

declare const held: unique symbol;

/** Proof that this process holds the lock on one agent's files: day files, heads, status, summaries. */
export interface HeldAgent {
  readonly workspace: Workspace;
  readonly agent: string;
  readonly [held]: true;
}

/**
 * Runs `action` while no other process writes this agent's files.
 * @throws Failure `contention` when the lock is not free within the workspace's time
 */
export function withAgentLock<T>(workspace: Workspace, agent: string, action: (agent: HeldAgent) => T): T {
  const { clock, lockTimeoutMs: timeoutMs } = workspace;
  const options = { clock, timeoutMs, guards: `the files of ${agent}` };
  return withLock(join(workspace.control, 'locks', `${agent}.lock`), options, () =>
    action({ workspace, agent } as HeldAgent),
  );
}

function controlPlane({ root, git }: Found, environment: Where['environment']): string {
  if (git === undefined) {
    return join(stateDirectory(environment), sha256Hex(root).slice(0, 16));
  }
  const base = join(git.commonDirectory, 'agent-ledger');
  const isMain = git.gitDirectory === git.commonDirectory;
  if (isMain && root === git.top) return base;
  const key = `${relative(git.commonDirectory, git.gitDirectory)}:${relative(git.top, root)}`;
  return join(base, 'roots', sha256Hex(key).slice(0, 16));
}

/** The name of a worktree as it stands in records. */
export function shortWorktree(name: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : sha256Hex(name).slice(0, 12);
}
