/** The queue of wishes of a machine, and the lock on its branch, in memory. */
import type { Wish } from '../../../tools/lib/sync/claims/ports.js';
import type { Answer, WishQueue } from '../../../tools/lib/sync/claims/queue.js';

/** One process: it dies when its steps are used up, or with its machine. */
export interface Life {
  isOver: boolean;
  stepsLeft: number;
}

export class VirtualQueue {
  private lock: Life | undefined;
  private readonly requests = new Map<string, { wish: Wish; life: Life; isTaken: boolean }>();
  private readonly answers = new Map<string, Answer>();

  /** @param step called where the process can die */
  openFor(life: Life, step: () => void): WishQueue {
    const { requests, answers } = this;
    return {
      tryLock: () => this.tryLock(life, step),
      leave: wish => {
        step();
        requests.set(wish.id, { wish, life, isTaken: false });
      },
      withdraw: id => {
        step();
        return !requests.get(id)?.isTaken && requests.delete(id);
      },
      forget: id => {
        step();
        requests.delete(id);
      },
      take: () => this.take(),
      answer: (id, answer) => {
        step();
        answers.set(id, answer);
      },
      readAnswer: id => {
        const answer = answers.get(id);
        answers.delete(id);
        if (answer) requests.delete(id);
        return answer;
      },
    };
  }

  /** The kernel frees the lock of a process that died. */
  private tryLock(life: Life, step: () => void): { release(): void } | undefined {
    step();
    if (this.lock && !this.lock.isOver) return undefined;
    this.lock = life;
    const release = (): void => {
      if (this.lock === life) this.lock = undefined;
    };
    return { release };
  }

  private take(): Wish[] {
    const isWaiting = ({ wish, life }: { wish: Wish; life: Life }): boolean =>
      !life.isOver && !this.answers.has(wish.id);
    const waiting = [...this.requests.values()].filter(isWaiting);
    for (const request of waiting) request.isTaken = true;
    return waiting.map(({ wish }) => wish);
  }
}
