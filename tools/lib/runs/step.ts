/** One step of a run, from its intent to its receipt. */
import { join } from 'node:path';
import { formatTimestamp } from '../clock.js';
import { removeFile } from '../disk/remove.js';
import { uuidV7 } from '../record/ids.js';
import { BUILT_IN } from '../redact/rules.js';
import { type Artifact, collectArtifacts } from './artifacts.js';
import { type Answer, type Attempt, failed, STOPPED } from './attempt.js';
import { advance, type DrivenRun } from './driven.js';
import type { ResultNews } from './entry.js';
import { bindKey, digest, idempotencyKey, type KeyParts } from './key.js';
import { type CommandMessage, LONGEST_MESSAGE_BYTES } from './messages.js';
import { inputsOf, type Move } from './move.js';
import { converse } from './ndjson-agent.late.js';
import { FILES } from './places.js';
import { askPlainly } from './plain-agent.js';
import type { Step } from './plan.js';
import { formatReceipt, writeReceipt } from './receipt.js';
import { manifestPath } from './snapshot/take.js';
import { snapshotTree } from './tree.js';

/** What is being done, and under which name. */
interface Work {
  step: Step;
  parts: KeyParts;
  in: Pick<ResultNews, 'step' | 'iteration' | 'attempt' | 'idempotency_key'>;
  startedMs: number;
}

/** Does the step and writes down what became of it; nothing, when it had to stop: then nobody knows. */
export async function performStep(
  driven: DrivenRun,
  { progress, iteration }: Extract<Move, { kind: 'step' }>,
  halt: AbortSignal,
): Promise<void> {
  const { run, claim } = driven;
  const { step } = progress;
  const { task_id, snapshot_id } = run.started;
  const { id, agent, action, expected_outputs } = step;
  const inputs = inputsOf(progress, iteration);
  const parts = { step: id, agent, action, task_id, snapshot_id, inputs, expected_outputs, iteration };
  const idempotency_key = idempotencyKey(parts);
  const payload_sha256 = digest({ ...parts, command: step.command, protocol: step.protocol });
  bindKey(run.payloads, idempotency_key, payload_sha256);
  const attempt = (progress.iteration === iteration ? progress.attempt : 0) + 1;
  const work: Work = {
    ...{ step, parts, startedMs: claim.workspace.clock.nowMs() },
    in: { step: id, iteration, attempt, idempotency_key },
  };
  advance(driven, [{ op: 'intent', ...work.in, payload_sha256 }]);
  const answer = await execute(driven, work, halt);
  if (answer !== STOPPED) conclude(driven, work, answer);
}

function execute(driven: DrivenRun, work: Work, halt: AbortSignal): Promise<Answer | typeof STOPPED> {
  const { run, environment, settings, isOnTerminal, watcher, warn, claim } = driven;
  const message = commandOf(driven, work);
  if (Buffer.byteLength(JSON.stringify(message)) >= LONGEST_MESSAGE_BYTES) {
    const limit = `${LONGEST_MESSAGE_BYTES / 1024} KiB`;
    return Promise.resolve(failed(`the command would be longer than ${limit}; put large inputs into a file`));
  }
  const attempt: Attempt = {
    ...{ step: work.step, message, settings, isOnTerminal, warn, stop: halt },
    directory: run.started.directory,
    environment: {
      ...environment,
      LEDGER_ROOT: claim.workspace.root,
      LEDGER_AGENT: claim.owner.agent,
    },
    rules: claim.options.rules ?? BUILT_IN,
    onMessage: heard => watcher.onMessage(heard, work.step.id),
  };
  return work.step.protocol === 'plain' ? askPlainly(attempt) : converse(attempt);
}

function commandOf(
  { run, lease, claim }: DrivenRun,
  { step, parts, in: named, startedMs }: Work,
): CommandMessage {
  const { clock } = claim.workspace;
  const deadlineMs = startedMs + step.timeout_s * 1000;
  return {
    ...{ schema_version: 1, kind: 'command', id: uuidV7(startedMs), run: run.started.run },
    ...{ ...parts, expected_outputs: [...parts.expected_outputs] },
    ...{ idempotency_key: named.idempotency_key, attempt: named.attempt },
    ...{ lease_id: lease.lease_id, epoch: lease.epoch },
    deadline: formatTimestamp(deadlineMs, clock.offsetMinutes(deadlineMs)),
  };
}

const LONGEST_REASON = 1000;

/** Looks at what was made, and writes the result and its receipt. */
function conclude(driven: DrivenRun, work: Work, given: Answer): void {
  const { run, directory, claim, warn } = driven;
  const { clock } = claim.workspace;
  const [answer, artifacts] = proven(driven, work, given);
  const endedMs = clock.nowMs();
  const [started_at, finished_at] = [work.startedMs, endedMs].map(ms =>
    formatTimestamp(ms, clock.offsetMinutes(ms)),
  ) as [string, string];
  const before = run.snapshotId;
  const top = run.started.directory;
  const snapshot_id = snapshotTree(claim.workspace, { directory, top }, { clock, warn });
  const { outcome, exit_code, event, payload, messages } = answer;
  const reason = answer.reason && Array.from(answer.reason).slice(0, LONGEST_REASON).join('');
  const receipt =
    outcome === 'failed'
      ? undefined
      : receiptOf(driven, work, { ...answer, outcome, artifacts, started_at, finished_at });
  const result: ResultNews = {
    ...{ op: 'result', ...work.in, outcome, reason, exit_code, event, payload },
    duration_ms: Math.max(0, Math.trunc(endedMs - work.startedMs)),
    ...{ messages, artifacts, snapshot_id, receipt_sha256: receipt?.sha256 ?? null },
  };
  advance(driven, [result], () => {
    if (receipt) writeReceipt(directory, work.in, receipt, uuidV7(endedMs));
  });
  if (before !== snapshot_id && before !== run.started.snapshot_id) {
    removeFile(manifestPath(join(directory, FILES.snapshots), before));
  }
}

/** What is said to be made must be there. */
function proven({ run, warn }: DrivenRun, { step }: Work, answer: Answer): [Answer, Artifact[]] {
  if (answer.outcome === 'failed') return [answer, []];
  const { directory } = run.started;
  const expected = collectArtifacts(directory, answer.outcome === 'done' ? step.expected_outputs : []);
  if (expected.problem !== undefined) {
    return [{ ...answer, outcome: 'failed', reason: `its output ${expected.problem}` }, []];
  }
  const known = new Set(step.expected_outputs);
  const more = collectArtifacts(
    directory,
    answer.artifacts.filter(path => !known.has(path)),
  );
  if (more.problem !== undefined) warn(`${step.id}: of what it says it made, ${more.problem}`);
  return [answer, [...expected.found, ...more.found]];
}

type Proof = Pick<Answer, 'event' | 'exit_code'> & {
  outcome: 'done' | 'changes_requested';
  artifacts: Artifact[];
  started_at: string;
  finished_at: string;
};

function receiptOf(
  { run, lease }: DrivenRun,
  { step, parts, in: named }: Work,
  { outcome, event, exit_code, started_at, finished_at, artifacts }: Proof,
): ReturnType<typeof formatReceipt> {
  return formatReceipt({
    ...{ schema_version: 1, run: run.started.run, task_id: parts.task_id, ...named },
    ...{ agent: step.agent, action: step.action, snapshot_id: parts.snapshot_id, epoch: lease.epoch },
    ...{ outcome, event, exit_code, started_at, finished_at, artifacts },
  });
}
