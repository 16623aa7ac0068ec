/** What `ledger-claim` says, to people and to programs. */
import type { Lease } from '../../claims/lease.js';
import { describeHolder, type Refusal } from '../../claims/refusal.js';
import type { FailureKind } from '../../failure.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';

const STATUS: Record<Refusal['refused'], FailureKind> = {
  held: 'no',
  lost: 'no',
  limit: 'no',
  unknown: 'missing',
  finished: 'finished',
  offline: 'offline',
};

/** Says no. @returns the exit status */
export function printRefusal({ args, io, warn }: Call, taskId: string, refusal: Refusal): number {
  const { refused, holder, retry_after_s, message } = refusal;
  if (args.isSet('json')) io.print(`${JSON.stringify({ refused, holder, retry_after_s })}\n`);
  else if (!args.isSet('quiet')) warn(`${taskId} ${message}`);
  return EXIT[STATUS[refused]];
}

/** Says yes. */
export function printGranted({ args, io }: Call, sentence: string, value: object): void {
  if (args.isSet('json')) io.print(`${JSON.stringify(value)}\n`);
  else if (!args.isSet('quiet')) io.print(`${sentence}\n`);
}

/** `T-1 is held by andy (mbp-3f2a91c0, main) since … until …, epoch 3`. */
export function leaseSentence(lease: Lease): string {
  const doubt = lease.provisional ? ', provisionally: other machines could not be asked' : '';
  return `${lease.task_id} ${describeHolder(lease, '')}, epoch ${lease.epoch}${doubt}`;
}
