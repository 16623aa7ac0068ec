/** What is said of a repository that may not be written to: C-14 and C-16. */
import type { Gate, GateOptions } from '../workplans/gate.js';
import { type Finding, finding } from './finding.js';

/** @param shown how the repository is shown */
export function gateFindings(gate: Gate, { writes, pulls }: GateOptions, shown: string): Finding[] {
  const { state, behind, ours, theirs } = gate;
  if (state === 'open') return [];
  if (state === 'waiting') return [waitingFinding(shown, ours, theirs)];
  const count = `${behind} ${behind === 1 ? 'commit' : 'commits'} behind its upstream`;
  const message = {
    behind: `${count}; pull before fixing`,
    diverged: `${count}, and cannot be fast-forwarded`,
    unreachable: 'its upstream cannot be reached, so nothing was pulled',
  }[state];
  const severity = writes || pulls ? 'WARN' : 'INFO';
  return [finding('C-14', { path: shown, line: 1 }, message, { severity })];
}

/** C-16. */
export function waitingFinding(shown: string, ours: number, theirs: number): Finding {
  const what = ours === 1 ? 'a commit of --fix waits' : `${ours} commits of --fix wait`;
  const beside = theirs === 0 ? '' : `, together with ${theirs} of yours`;
  return finding('C-16', { path: shown, line: 1 }, `${what} to be pushed${beside}; push before fixing`);
}
