/** Findings of `ledger-check` on stdout: `file:line: C-nn SEVERITY: message`, or JSON lines. */
import type { Finding } from '../check/finding.js';
import { visible } from '../record/ids.js';

export function findingText({ path, line, code, severity, message }: Finding): string {
  return `${visible(path)}:${line}: ${code} ${severity}: ${visible(message)}\n`;
}

export function findingJson({ path, line, code, severity, message, task, isDrift }: Finding): string {
  const more = { ...(task !== undefined && { task }), ...(isDrift !== undefined && { is_drift: isDrift }) };
  return `${JSON.stringify({ path, line, code, severity, message, ...more })}\n`;
}
