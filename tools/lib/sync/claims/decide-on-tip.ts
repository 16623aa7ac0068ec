/** What the branch says at a tip, together with the local claims: the decision on one commit. */
import type { LogHead } from '../../claims/log.js';
import { Failure } from '../../failure.js';
import type { TreeReader } from '../../git/build-commit.js';
import { dueBeats } from './beats.js';
import { claimPath, LONGEST_CLAIM_BYTES, parseClaimFile, taskKey, withBeat } from './claim-file.js';
import { type BatchDecision, decideBatch, type OnBranch } from './decide-batch.js';
import type { ClaimsPorts, LocalState, SentBeats, ServeOptions, Wish } from './ports.js';

/** What a decision needs once it is true. */
export interface Made extends BatchDecision {
  commit?: string;
  head: LogHead;
  beats: SentBeats | undefined;
}

/** Reads what the tip says of the tasks in question, then decides under the claims lock. */
export async function decideOn(
  { local, foreign, writer }: Pick<ClaimsPorts, 'local' | 'foreign' | 'writer'>,
  tree: TreeReader,
  wishes: Wish[],
  { staleAfterMs }: Pick<ServeOptions, 'staleAfterMs'>,
): Promise<Made> {
  const { pending, head } = local.change(state => {
    return { ops: [], value: { pending: state.pending, head: { ...state.head } } };
  }).value;
  const tasks = new Set([...pending, ...wishes.map(({ taskId }) => taskId)]);
  const shown = new Map<string, Buffer | undefined>();
  for (const task of tasks) shown.set(task, await tree.read(claimPath(task), LONGEST_CLAIM_BYTES));
  return local.change(state => {
    const known = new Map(
      [...shown].map(([task, bytes]) => [task, onBranch(task, bytes, { foreign, state })]),
    );
    const branch = (task: string): OnBranch => known.get(task)!;
    const made = decideBatch({
      wishes,
      state: { ...state, pending },
      branch,
      staleAfterMs,
    });
    const due = dueBeats(state, writer);
    const changes = due ? [...made.changes, due.change] : made.changes;
    return { ops: [], value: { ...made, changes, head, beats: due?.sent } };
  }).value;
}

function onBranch(
  taskId: string,
  bytes: Buffer | undefined,
  { foreign, state }: Pick<ClaimsPorts, 'foreign'> & { state: LocalState },
): OnBranch {
  const placed = bytes && parseClaimFile(bytes);
  if (bytes && placed?.task_id !== taskId)
    throw new Failure('data', `the branch holds a damaged claim of ${taskId}: ${claimPath(taskId)}`);
  if (!placed) return { claim: { epoch: 0, lease: undefined, isCompleted: false }, seen: undefined };
  const { claim } = placed;
  if (!claim.lease || claim.lease.writer === state.now.writer) return { claim, seen: undefined };
  const key = taskKey(taskId);
  const known = foreign.get(key);
  if (known?.lease.lease_id === claim.lease.lease_id) {
    const { lease_id, beat, ttl_s, expires_at, last_beat } = known.lease;
    const lease = withBeat(claim.lease, { lease_id, beat, ttl_s, expires_at, last_beat });
    return { claim: { ...claim, lease }, seen: known.seen };
  }
  // The view was lost: from now on it is observed.
  const { lease_id, beat, epoch } = claim.lease;
  const seen = { lease_id, beat, boot: state.now.boot, mono_ms: state.now.monoMs };
  if (!known || known.lease.epoch < epoch) foreign.set(new Map([[key, { lease: claim.lease, seen }]]), false);
  return { claim, seen: undefined };
}
