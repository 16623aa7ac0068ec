/** What `ledger-work` says: a line on stderr for each attempt, and a summary at the end. */
import { formatElapsed } from '../../clock.js';
import type { Attempt } from '../../work/attempt.js';
import type { Worked } from '../../work/loop.js';
import type { Call } from '../command.js';

const WORDS: Record<Attempt['result'], string> = {
  ...{ done: 'done', failed: 'failed', blocked: 'blocked', interrupted: 'interrupted' },
  ...{ lost: 'lost', taken: 'taken by another', gone: 'gone' },
  undecided: 'not decided',
};

export function sayAttempt({ args, io, warn }: Call, attempt: Attempt): void {
  if (args.isSet('json')) io.print(`${JSON.stringify(record(attempt))}\n`);
  const { task, result, durationMs, reason } = attempt;
  const why = reason === undefined ? '' : `: ${reason}`;
  warn(`${task.id} ${WORDS[result]} after ${formatElapsed(durationMs)}${why}`);
}

function record({ task, result, durationMs, reason }: Attempt): object {
  return { task_id: task.id, result, duration_ms: durationMs, ...(reason !== undefined && { reason }) };
}

/** What came of it all. */
export function printWorked(
  { args, io, warn }: Call,
  { attempts, waiting }: Worked,
  durationMs: number,
): void {
  const counts = countsOf(attempts);
  const left = waiting.map(({ task, status, unmet }) => ({ task_id: task.id, status, waits_for: unmet }));
  if (args.isSet('json'))
    io.print(`${JSON.stringify({ summary: counts, waiting: left, duration_ms: durationMs })}\n`);
  const told = Object.entries(counts).map(
    ([result, count]) => `${count} ${WORDS[result as Attempt['result']]}`,
  );
  const what = attempts.length === 0 ? 'nothing to do' : told.join(', ');
  const rest =
    left.length === 0 ? '' : `; ${left.length} left: ${left.slice(0, MOST_NAMED).map(sentence).join(', ')}`;
  const more = left.length > MOST_NAMED ? ' and more' : '';
  warn(`${what} in ${formatElapsed(durationMs)}${rest}${more}`);
}

const MOST_NAMED = 5;

function countsOf(attempts: Attempt[]): Partial<Record<Attempt['result'], number>> {
  const counts: Partial<Record<Attempt['result'], number>> = {};
  for (const { result } of attempts) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}

function sentence({
  task_id,
  status,
  waits_for,
}: {
  task_id: string;
  status: string;
  waits_for: string[];
}): string {
  return waits_for.length === 0 ? `${task_id} (${status})` : `${task_id} (waits for ${waits_for.join(', ')})`;
}
