/** What a call that was cut off left open: claims that were about to be pushed. */
import type { Op } from '../../claims/fold.js';
import { Failure } from '../../failure.js';
import type { IntendedGrant } from '../../record/generated/claim-intent.js';
import { claimPath, LONGEST_CLAIM_BYTES, parseClaimFile } from './claim-file.js';
import type { ClaimsPorts } from './ports.js';

/**
 * Looks at the branch and takes over the leases that reached it.
 * @returns why it is still open; undefined when nothing is
 */
export async function settleIntent(
  ports: Pick<ClaimsPorts, 'branch' | 'tip' | 'local' | 'intents' | 'arrive'>,
): Promise<string | undefined> {
  const intent = ports.intents.read();
  if (!intent) return undefined;
  const from = ports.tip.read();
  let to: string | undefined;
  try {
    to = await ports.branch.fetch();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'offline') return error.message;
    throw error;
  }
  if (to !== from) {
    await ports.arrive(from, to);
    ports.tip.write(to);
  }
  const landed = await onTip(ports, to, intent.grants);
  ports.local.change(state => {
    const isNew = ({ task_id, epoch }: IntendedGrant): boolean => state.claimOf(task_id).epoch < epoch;
    return { ops: landed.filter(isNew).flatMap(({ ops }) => ops as unknown as Op[]), value: undefined };
  });
  ports.intents.clear();
  return undefined;
}

async function onTip(
  { branch }: Pick<ClaimsPorts, 'branch'>,
  tip: string | undefined,
  grants: IntendedGrant[],
): Promise<IntendedGrant[]> {
  const landed: IntendedGrant[] = [];
  await branch.build(tip, async tree => {
    for (const grant of grants) {
      const bytes = await tree.read(claimPath(grant.task_id), LONGEST_CLAIM_BYTES);
      const lease = bytes && parseClaimFile(bytes)?.claim.lease;
      const isThere = lease?.lease_id === grant.lease_id && lease.epoch === grant.epoch;
      // Two tries can have meant the same.
      if (isThere && !landed.some(({ lease_id }) => lease_id === grant.lease_id)) landed.push(grant);
    }
    return undefined;
  });
  return landed;
}
