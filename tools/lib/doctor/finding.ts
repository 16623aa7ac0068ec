/** What the doctor finds. Every code is in the table of docs/ledger-doctor.md. */
export type Severity = 'error' | 'warning';

/** An error loses events or stops commands; a warning may do so one day. */
export const SEVERITIES = {
  'config-malformed': 'error',
  'config-ignored': 'error',
  'hook-missing': 'warning',
  'hook-not-found': 'error',
  'hook-untrusted': 'error',
  'hook-changed': 'error',
  'hook-off': 'error',
  'project-untrusted': 'error',
  'no-client': 'warning',
  'shim-not-found': 'error',
  'switched-off': 'warning',
  'git-hooks-path': 'warning',
  'clock-behind': 'error',
  'zone-unknown': 'warning',
  'disk-low': 'warning',
  'disk-shared': 'warning',
  'not-writable': 'error',
  'mode-loose': 'warning',
  'not-ignored': 'warning',
  'settings-invalid': 'error',
  'lock-held': 'warning',
  'agent-stale': 'warning',
  'agent-damaged': 'warning',
  'spool-waiting': 'warning',
  'spool-damaged': 'warning',
  'probe-lost': 'error',
} as const satisfies Record<string, Severity>;

export type Code = keyof typeof SEVERITIES;

export interface Finding {
  code: Code;
  severity: Severity;
  /** What is wrong, one line. */
  message: string;
  /** The command that mends it, or shows more; nothing that destroys. */
  fix: string;
}

export function finding(code: Code, message: string, fix: string): Finding {
  return { code, severity: SEVERITIES[code], message, fix };
}
