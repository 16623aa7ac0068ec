/** Everything the doctor looks at, in the order in which it is told. */
import { checkDamaged, checkSpool, checkStale } from './check-agents.js';
import {
  checkAnyClient,
  checkMalformed,
  checkMissing,
  checkOff,
  checkSwitchedOff,
  checkUnread,
} from './check-clients.js';
import { checkHooksStart, checkTimerShim } from './check-executables.js';
import { checkClock, checkHooksPath, checkLocks, checkZone } from './check-machine.js';
import { checkIgnored, checkPrivate, checkSettings, checkVolume, checkWritable } from './check-root.js';
import { checkCodexTrust, checkProjectTrust } from './check-trust.js';
import type { Finding } from './finding.js';
import type { World } from './world.js';

const CHECKS: ((world: World) => Finding[])[] = [
  ...[checkAnyClient, checkMalformed, checkUnread, checkOff, checkMissing],
  ...[checkHooksStart, checkTimerShim, checkCodexTrust, checkProjectTrust, checkSwitchedOff],
  ...[checkSettings, checkWritable, checkPrivate, checkVolume, checkIgnored],
  ...[checkClock, checkZone, checkHooksPath, checkLocks],
  ...[checkStale, checkDamaged, checkSpool],
];

/** What is wrong with a world. */
export function examine(world: World): Finding[] {
  return errorsFirst(CHECKS.flatMap(check => check(world)));
}

export function errorsFirst(findings: Finding[]): Finding[] {
  const isError = ({ severity }: Finding): boolean => severity === 'error';
  return [...findings.filter(isError), ...findings.filter(found => !isError(found))];
}
