/** Findings on stdout: `path:line: code: message`, or JSON lines. */
import { FINDINGS, type Finding, type Severity } from '../record/finding.js';
import { visible } from '../record/ids.js';
import type { Call } from './command.js';

const CHARACTERS_AT_ONCE = 64 * 1024;

export class FindingOutput {
  readonly counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  private text = '';

  /** @param beforePrint called before something is written */
  constructor(
    private readonly call: Call,
    private readonly beforePrint: () => void,
  ) {}

  add(finding: Finding): void {
    const { severity } = FINDINGS[finding.code];
    this.counts[severity]++;
    this.text += this.call.args.isSet('json') ? jsonLine(finding, severity) : line(finding);
    if (this.text.length >= CHARACTERS_AT_ONCE) this.flush();
  }

  flush(): void {
    if (this.text === '') return;
    this.beforePrint();
    this.call.io.print(this.text);
    this.text = '';
  }
}

function line({ path, line: number, code, message }: Finding): string {
  return `${visible(path)}:${number}: ${code}: ${visible(message)}\n`;
}

function jsonLine({ path, line: number, code, message }: Finding, severity: Severity): string {
  return `${JSON.stringify({ path, line: number, code, severity, message })}\n`;
}
