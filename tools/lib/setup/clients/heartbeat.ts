/** Heartbeats by a timer: `status-update <agent> --heartbeat` every five minutes. */
import { Failure } from '../../failure.js';
import { sha256Hex } from '../../sha256.js';
import { type Context, shimPath } from './client.js';

export const INTERVAL_S = 300;

/** The words of the command a timer runs. @throws Failure `data` for a root that cannot stand in a timer's file */
export function heartbeatWords({ home, agent = 'cls', root }: Context): string[] {
  if (/[\u0000-\u001f\u007f]/.test(root + home)) {
    throw new Failure('data', `the path ${JSON.stringify(root)} has control characters; use a plain one`);
  }
  return [shimPath(home, 'status-update'), agent, '--heartbeat', '--root', root];
}

/** Tells one root's and agent's timer from another's: `cls-3f2a91c0`. */
export function timerName({ agent = 'cls', root }: Context): string {
  return `${agent}-${sha256Hex(root).slice(0, 8)}`;
}
