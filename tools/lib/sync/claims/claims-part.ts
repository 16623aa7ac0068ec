/** Claims as a part of what the branch carries: what others changed arrives, what of ours it lacks is sent. */

import { Failure } from '../../failure.js';
import type { FileChange, TreeReader } from '../../git/build-commit.js';
import type { ClaimOptions } from '../../journal/claim.js';
import type { Config } from '../../record/config.js';
import { uuidV7 } from '../../record/ids.js';
import type { SyncContext } from '../context.js';
import type { Arrival, BranchPath, Look, Part, Proposal } from '../parts.js';
import type { SyncState } from '../state.js';
import { applyDecision } from './apply-decision.js';
import { arriveClaims } from './arrive.js';
import { LONGEST_CLAIM_BYTES, parseClaimFile } from './claim-file.js';
import { decideOn, type Made } from './decide-on-tip.js';
import { openForeignLeases } from './foreign-leases.js';
import { openIntents } from './intents.js';
import { openLocalClaims, provisionalClaims } from './local-claims.js';
import type { ClaimsPorts, LocalClaims, LocalState, Wish } from './ports.js';
import { settleIntent } from './settle.js';
import { staleAfterMs } from './stale.js';
import { sweepWishes } from './sweep.js';

interface PartOptions {
  claims: ClaimOptions;
  sync: Config['sync'];
}

export class ClaimsPart implements Part {
  private readonly ports: Pick<ClaimsPorts, 'writer' | 'local' | 'foreign' | 'intents' | 'warn' | 'newId'>;

  /** @param state its queue of provisional claims follows; whoever holds it stores it */
  constructor(
    { workspace, warn, tally }: SyncContext,
    private readonly options: PartOptions,
    private readonly state: SyncState,
  ) {
    const local = openLocalClaims(workspace, options.claims);
    const change: LocalClaims['change'] = (action, wishes) => {
      const changed = local.change(action, wishes);
      for (const { op, task_id, actor, reason } of changed.ops)
        if (op === 'lost') tally.lost.push(`${task_id} to ${actor}: ${reason}`);
      return changed;
    };
    const foreign = openForeignLeases(workspace);
    const newId = (): string => uuidV7(workspace.clock.nowMs());
    const intents = openIntents(workspace, warn);
    this.ports = { writer: workspace.writer, local: { ...local, change }, foreign, intents, warn, newId };
  }

  owns({ kind }: BranchPath): boolean {
    return kind === 'claim' || kind === 'beats';
  }

  async settle(look: Look): Promise<void> {
    const open = await settleIntent({ ...this.ports, ...look });
    if (open !== undefined) throw new Failure('offline', open);
    this.noteWaiting();
  }

  async arrive(arrival: Arrival): Promise<void> {
    await arriveClaims(this.ports, arrival);
    this.noteWaiting();
  }

  private apply(made: Made): void {
    applyDecision(this.ports, made, false);
    this.noteWaiting();
  }

  private noteWaiting(): void {
    this.state.offline_claims = provisionalClaims(this.ports.local);
  }

  async propose(tree: TreeReader): Promise<Proposal | undefined> {
    const stale = { staleAfterMs: staleAfterMs(this.options.sync) };
    const { local } = this.ports;
    const sweep = (state: LocalState): Wish[] => sweepWishes(this.ports, state, stale.staleAfterMs);
    const wishes = local.change(state => ({ ops: [], value: sweep(state) })).value;
    const made = await decideOn(this.ports, tree, wishes, stale);
    if (made.changes.length > 0) {
      const { changes, says } = made;
      return { changes, says, landed: () => this.apply(made) };
    }
    // What the branch says of leases of ours is true without a commit, unless it may have moved.
    if (!made.restsOnTip) this.apply(made);
    return undefined;
  }

  /** The higher epoch of each claim. */
  async restore(tree: TreeReader, { changes, read }: Arrival): Promise<Proposal | undefined> {
    const known = changes.filter(
      ({ before, path }) => before !== undefined && !path.startsWith('claims/beats/'),
    );
    const restored: FileChange[] = [];
    let at = 0;
    for await (const { content } of read(
      known.map(({ before }) => before!),
      LONGEST_CLAIM_BYTES,
    )) {
      const { path } = known[at++]!;
      const was = content && parseClaimFile(content);
      const is = await tree.read(path, LONGEST_CLAIM_BYTES);
      const epoch = (is && parseClaimFile(is)?.claim.epoch) ?? 0;
      if (was && content && was.claim.epoch > epoch) restored.push({ path, content });
    }
    const says = [`${restored.length} claims brought back`];
    return restored.length > 0 ? { changes: restored, says, landed: () => undefined } : undefined;
  }
}
