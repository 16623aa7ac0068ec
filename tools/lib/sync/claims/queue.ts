/**
 * Many callers on one machine, one push (flat combining).
 *
 * Who finds the lock on the branch free serves itself and everybody whose request lies in the queue, in one commit, and
 * leaves them their answers. Who finds it taken leaves a request and waits: for the answer, or for the lock.
 *
 * - A caller lives as long as it holds the lock on its request: what the dead have left is not served.
 * - The server takes a request before it serves it. A caller that gives up withdraws its request; when that comes
 *   too late it waits for the answer: success is never reported as failure.
 * - While it tries, the server takes those who have come meanwhile: each try serves all who wait.
 * - A server that dies leaves no answers. One of the callers gets the lock, settles what the dead one had begun, and finds
 *   its own lease granted, or asks again under the same lease id.
 */
import { Failure, type FailureKind } from '../../failure.js';
import type { Time } from '../advance.js';
import type { Outcome, Wish } from './ports.js';

export type Answer = { outcome: Outcome } | { failed: { kind: FailureKind; message: string } };

export interface WishQueue {
  /** The lock on the branch, if it is free. */
  tryLock(): { release(): void } | undefined;
  leave(wish: Wish): void;
  /** @returns false when a server has taken it */
  withdraw(id: string): boolean;
  /** A caller that serves itself takes its request back, whatever became of it. */
  forget(id: string): void;
  /** The holder of the lock takes what living callers have left. */
  take(): Wish[];
  answer(id: string, answer: Answer): void;
  /** Takes the answer to a request of ours. */
  readAnswer(id: string): Answer | undefined;
}

export interface Served {
  queue: WishQueue;
  time: Time;
  /** Until when the caller waits. */
  deadlineMs: number;
  /** Neither serves others nor is served by them. */
  isAlone: boolean;
  /** @param more takes those who have come meanwhile: they can be served by the next try */
  serve(wishes: Wish[], more: () => Wish[]): Promise<Map<string, Outcome>>;
}

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 500;

/** @throws Failure `contention` when the lock was not free in time; whatever serving throws */
export async function askTogether(wish: Wish, served: Served): Promise<Outcome> {
  const { queue, time, deadlineMs, isAlone } = served;
  let isLeft = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const before = isLeft ? queue.readAnswer(wish.id) : undefined;
    if (before) return unwrap(before);
    const lock = queue.tryLock();
    if (lock) {
      try {
        // It may have come while the lock was being freed.
        const answer = isLeft ? queue.readAnswer(wish.id) : undefined;
        if (answer) return unwrap(answer);
        if (isLeft) queue.forget(wish.id);
        return await serveAll(wish, served);
      } finally {
        lock.release();
      }
    }
    if (!isLeft && !isAlone) queue.leave(wish);
    isLeft = !isAlone;
    if (time.nowMs() >= deadlineMs && (isAlone || queue.withdraw(wish.id)))
      throw new Failure('contention', 'other calls kept the ledger branch busy; run it again');
    await time.sleep(pauseMs * (0.5 + time.random()));
  }
}

async function serveAll(own: Wish, { queue, serve, isAlone }: Served): Promise<Outcome> {
  const known = new Set([own.id]);
  const take = (): Wish[] => {
    const come = isAlone ? [] : queue.take().filter(({ id }) => !known.has(id));
    for (const { id } of come) known.add(id);
    return come;
  };
  const first = take();
  try {
    const outcomes = await serve([own, ...first], take);
    // Who came for a try that was not the one that counts gets no answer, and asks again.
    for (const [id, outcome] of outcomes) if (id !== own.id) queue.answer(id, { outcome });
    return outcomes.get(own.id)!;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, message } = error;
    // The time of those who came later may not be over.
    for (const { id } of first) queue.answer(id, { failed: { kind, message } });
    throw error;
  }
}

function unwrap(answer: Answer): Outcome {
  if ('failed' in answer) throw new Failure(answer.failed.kind, answer.failed.message);
  return answer.outcome;
}
