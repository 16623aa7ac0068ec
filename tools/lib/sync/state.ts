/**
 * `sync-state.json` in the control plane: which tip of the branch was last accepted, when the remote was last asked, and the
 * provisional claims that wait. It is read without starting a process. A damaged one is set aside and made again: its tip
 * is then the one that our ref keeps, which is at most one push older. Changed under `sync.lock` alone.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { setAside } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import type { SyncState } from '../record/generated/sync-state.js';
import { validateSyncState } from '../record/generated/validate-sync-state.js';
import type { Place } from '../root/workspace.js';

export type { SyncState };

/** Where the branch is: what the configuration says. */
export interface BranchName {
  remote: string;
  branch: string;
}

function statePath({ control }: Place): string {
  return join(control, 'sync-state.json');
}

/** Everything else of `sync/` in the control plane: watermarks, what was refused. */
export function syncDirectory({ control }: Place): string {
  return join(control, 'sync');
}

export function newState({ remote, branch }: BranchName, tip: string | undefined): SyncState {
  return {
    schema_version: 1,
    remote,
    branch,
    ledger_head: tip ?? null,
    last_pull_at: null,
    last_push_at: null,
    offline_claims: [],
  };
}

/** Whether a branch was set up here, whatever became of its state. */
export function isSetUpHere(place: Place): boolean {
  return existsSync(statePath(place));
}

/** The state; undefined when the branch was never set up here, `damaged` when what is there is no state. */
export function readState(place: Place): SyncState | 'damaged' | undefined {
  const text = readText(statePath(place));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return validateSyncState(value) ? (value as SyncState) : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}

/**
 * The state of this branch, for those who need one that is set up. The caller holds `sync.lock`.
 * @param keptTip asked when the state is damaged: the tip that our ref keeps
 * @throws Failure `setup` when this branch of this remote is not set up here
 */
export async function requireState(
  place: Place,
  name: BranchName,
  { keptTip, warn }: { keptTip: () => Promise<string | undefined>; warn: (message: string) => void },
): Promise<SyncState> {
  const state = readState(place);
  if (state === 'damaged') {
    const aside = setAside(statePath(place));
    warn(`the state of the ledger branch was damaged and is made again; the old one is kept as ${aside}`);
    const made = newState(name, await keptTip());
    writeState(place, made);
    return made;
  }
  if (state && isOf(state, name)) return state;
  const where = `the branch ${name.branch} of ${name.remote}`;
  throw new Failure('setup', `${where} is not set up here; run "ledger-sync --setup-ledger"`);
}

/** Whether a state is that of the configured branch. */
export function isOf(state: SyncState, { remote, branch }: BranchName): boolean {
  return state.remote === remote && state.branch === branch;
}

/**
 * Stores the state.
 * @param isDurable false where only a tip is new that our refs keep as well: a claim waits for no more syncs than it needs
 */
export function writeState(place: Place, state: SyncState, isDurable = true): void {
  makePrivate(place.control);
  replaceFile(statePath(place), `${JSON.stringify(state)}\n`, { isDurable });
}
