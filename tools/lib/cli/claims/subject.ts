/** Whom and what a call of `ledger-claim` is about. */
import type { LeaseReference, Owner } from '../../claims/decide.js';
import { parseDuration } from '../../clock.js';
import { Failure } from '../../failure.js';
import { agentIdentity, canonicalTaskId, ledgerAgent } from '../../record/ids.js';
import { redactName } from '../../redact/redact-text.js';
import { BUILT_IN } from '../../redact/rules.js';
import type { Workspace } from '../../root/workspace.js';
import type { BranchOptions } from '../../sync/claim.js';
import type { Call } from '../command.js';
import { type Context, openContext } from '../context.js';
import { sessionFor } from '../session.js';

export interface ClaimCall {
  call: Call;
  context: Context;
  workspace: Workspace;
  taskId: string;
  owner: Owner;
  options: BranchOptions;
}

/** What every verb that changes a claim needs. @throws Failure `usage`, `data`, `setup` */
export function openClaimCall(call: Call, task: string | undefined): ClaimCall {
  const taskId = taskOf(task);
  const context = openContext(call);
  const agent = identityOf(call, context);
  if (agent === undefined) {
    throw new Failure('usage', 'who are you? give --agent-id, or set LEDGER_AGENT or claims.agent_id');
  }
  const workspace = context.openForWriting();
  const owner = { agent, writer: workspace.writer, worktree: workspace.worktree };
  const session = sessionFor(ledgerAgent(agent), undefined, call.io.environment.LEDGER_SESSION_ID);
  const options = { ...branchOptions(call, context), session };
  return { call, context, workspace, taskId, owner, options };
}

/** How the ledger branch is used, where there is one. */
export function branchOptions({ args, io }: Call, { config, dayOptions }: Context): BranchOptions {
  const wait = args.value('wait');
  return {
    ...dayOptions,
    ...{ limits: config.claims, sync: config.sync, environment: io.environment },
    isOffline: args.isSet('offline'),
    waitMs: wait === undefined ? undefined : secondsIn(wait, '--wait') * 1000,
  };
}

/** The canonical id of the task that was named, as the ledger writes it too: without what is a secret by its shape. */
export function taskOf(task: string | undefined): string {
  if (task === undefined || task.trim() === '') throw new Failure('usage', 'a task is needed');
  return redactName(canonicalTaskId(task), BUILT_IN).text;
}

/** `--agent-id` › `LEDGER_AGENT` › the configuration. */
export function identityOf({ args, io }: Call, { config }: Context): string | undefined {
  const named = args.value('agent-id') ?? (io.environment.LEDGER_AGENT || config.claims.agent_id);
  return named ? agentIdentity(named) : undefined;
}

/** The lease that is meant: by flags, or, inside `ledger-claim run`, by what it handed on. */
export function referenceOf({ args, io }: Call, taskId: string): LeaseReference {
  const { LEDGER_TASK_ID, LEDGER_LEASE_ID, LEDGER_EPOCH } = io.environment;
  const isInherited = LEDGER_TASK_ID === taskId;
  const lease_id = args.value('lease') ?? (isInherited ? LEDGER_LEASE_ID : undefined);
  const epoch = args.value('epoch') ?? (isInherited ? LEDGER_EPOCH : undefined);
  return { lease_id, epoch: epoch === undefined ? undefined : parseEpoch(epoch) };
}

function parseEpoch(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Failure(
    'data',
    `"${text}" is not an epoch; it is a whole number from 1, as "ledger-claim list" shows`,
  );
}

const LONGEST_TTL_S = 2 ** 31;

/** Whole seconds of `--ttl`, cut to the longest; undefined when it is not given. */
export function ttlOf({ args, warn }: Call, { config }: Context): number | undefined {
  const text = args.value('ttl');
  if (text === undefined) return undefined;
  const ttl_s = secondsIn(text, '--ttl');
  if (ttl_s > LONGEST_TTL_S)
    throw new Failure('data', `--ttl ${text} is absurd; the longest is ${config.claims.max_ttl_s}s`);
  if (ttl_s > 0 && ttl_s < 1) throw new Failure('data', `--ttl ${text} is shorter than a second`);
  if (ttl_s === 0 && !args.value('reason')) {
    throw new Failure('usage', '--ttl 0 holds the task without an end and needs a --reason');
  }
  if (ttl_s <= config.claims.max_ttl_s) return Math.trunc(ttl_s);
  warn(`--ttl ${text} is longer than claims.max_ttl_s; using ${config.claims.max_ttl_s}s`);
  return config.claims.max_ttl_s;
}

/** Seconds of a duration; a bare number counts seconds. */
function secondsIn(text: string, flag: string): number {
  const durationMs = parseDuration(/^\d{1,20}$/.test(text) ? `${text.slice(0, 15)}s` : text);
  if (durationMs !== undefined) return durationMs / 1000;
  throw new Failure('data', `${flag} "${text}" is not a duration like 90s, 30m, 2h or 1d`);
}
