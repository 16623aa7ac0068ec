/**
 * Proof that no test wrote outside its temporary directories: what lies in the checkout and in the person's
 * own control planes is noted before the run and compared after it.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What builds and installs write, and git's own files. */
const LEFT_OUT = /^(?:node_modules|dist|\.git|tools\/lib\/(?:[^/]+\/generated|sha256-wasm\.ts))$/;

/** A path and what tells one state of it from another. */
export type Snapshot = Map<string, string>;

export function takeSnapshot(checkout: string): Snapshot {
  const snapshot: Snapshot = new Map();
  note(snapshot, checkout, '');
  for (const place of controlPlanes(checkout)) note(snapshot, place, '');
  return snapshot;
}

/** The paths that were made, removed or written since. */
export function changedSince(before: Snapshot, checkout: string): string[] {
  const after = takeSnapshot(checkout);
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(path => before.get(path) !== after.get(path)).sort();
}

/** Where a tool that ignores the sandbox would keep its state. */
function controlPlanes(checkout: string): string[] {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local/state');
  return [join(checkout, '.git/agent-ledger'), join(state, 'agent-ledger')];
}

function note(snapshot: Snapshot, top: string, below: string): void {
  const path = join(top, below);
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    snapshot.set(path, [stats.ino, stats.mode, stats.size, stats.mtimeNs].join(' '));
    return;
  }
  snapshot.set(path, 'directory');
  for (const name of readdirSync(path)) {
    const child = below === '' ? name : `${below}/${name}`;
    if (!LEFT_OUT.test(child)) note(snapshot, top, child);
  }
}
