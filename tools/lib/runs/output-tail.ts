/** The end of what a command prints: bounded while it runs, without secrets when it is kept. */
import { redactCaptured } from '../redact/capture.js';
import type { Rules } from '../redact/rules.js';

const KEPT_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 1000;
const BEGINNING = '(truncated) …';

export class OutputTail {
  private parts: Buffer[] = [];
  private length = 0;
  private isCut = false;

  push(chunk: Buffer): void {
    this.parts.push(chunk);
    this.length += chunk.length;
    if (this.length < KEPT_BYTES * 2) return;
    const whole = Buffer.concat(this.parts);
    this.parts = [whole.subarray(-KEPT_BYTES)];
    this.length = KEPT_BYTES;
    this.isCut = true;
  }

  /**
   * At most 1,000 characters. Half a secret may stand where the text was cut; that is tens of thousands of bytes
   * before what is shown, and only a text without any blank in between could carry it there.
   */
  text(rules: Rules): string {
    const all = Buffer.concat(this.parts).toString();
    const whole = this.isCut ? all.slice(blankIn(all)) : all;
    const characters = Array.from(redactCaptured(whole, rules).text.trim());
    if (characters.length <= SHOWN_CHARACTERS) return characters.join('');
    return BEGINNING + characters.slice(BEGINNING.length - SHOWN_CHARACTERS).join('');
  }
}

/** Where the first blank is; the end when there is none. */
function blankIn(text: string): number {
  const at = text.search(/\s/);
  return at === -1 ? text.length : at;
}
