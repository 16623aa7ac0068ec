import type { Config } from '../../record/config.js';

/** For how long another writer's lease may stay as it is; undefined: for its own term. */
export function staleAfterMs({ claim_timeout_hours }: Config['sync']): number | undefined {
  return claim_timeout_hours === null ? undefined : claim_timeout_hours * 3_600_000;
}
