/** Waiting for something to happen. What happens while nobody waits is not missed. */
export class Bell {
  private isRung = false;
  private wake: () => void = () => undefined;

  ring(): void {
    this.isRung = true;
    this.wake();
  }

  /** Returns once it was rung since the last time, or after `atMostMs`. */
  async heard(atMostMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.isRung) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
        if (atMostMs !== undefined) timer = setTimeout(resolve, atMostMs);
      });
    }
    clearTimeout(timer);
    this.isRung = false;
  }
}
