/** What `ledger-check` finds: the one table of codes, which `docs/ledger-check.md` repeats for users. */
export type Severity = 'ERROR' | 'WARN' | 'INFO';

export const CODES = {
  'C-00': { severity: 'ERROR', text: 'Something that was asked for could not be done.' },
  'C-01': { severity: 'WARN', text: 'There are no workplans.' },
  'C-02': { severity: 'ERROR', text: 'A frontmatter or a task block cannot be read.' },
  'C-03': { severity: 'WARN', text: 'A reference leads nowhere: `depends_on`, `state_hub_task_id`.' },
  'C-05': { severity: 'WARN', text: 'The title is another one in the ledger.' },
  'C-10': { severity: 'WARN', text: 'The file is ahead of the ledger. `--fix` records it there.' },
  'C-11': { severity: 'WARN', text: 'The ledger does not know the task.' },
  'C-12': { severity: 'INFO', text: 'A task of the ledger is in no workplan.' },
  'C-13': { severity: 'WARN', text: 'The ledger is ahead of the file. `--fix` writes it back.' },
  'C-14': { severity: 'INFO', text: 'The repository is behind its upstream. Nothing is written there.' },
  'C-15': { severity: 'WARN', text: 'The file has edits that are not committed. It is passed over.' },
  'C-16': { severity: 'WARN', text: 'Earlier commits of `--fix` wait to be pushed.' },
  'C-17': { severity: 'ERROR', text: 'A second task has the same id. Neither is changed.' },
  'C-18': { severity: 'WARN', text: 'File and ledger differ, and neither is ahead of the other.' },
  'C-19': { severity: 'WARN', text: 'A status is written in a word of another tool.' },
} as const satisfies Record<string, { severity: Severity; text: string }>;

export type Code = keyof typeof CODES;

export interface Finding {
  /** As it is shown to the user. */
  path: string;
  /** From 1. */
  line: number;
  code: Code;
  severity: Severity;
  message: string;
  /** The task it is about. */
  task?: string;
  /** `--fix` mends it. */
  isDrift?: boolean;
}

export interface Place {
  path: string;
  line: number;
}

/** A finding of the code's own severity. */
export function finding(
  code: Code,
  { path, line }: Place,
  message: string,
  more: Partial<Finding> = {},
): Finding {
  return { path, line, code, severity: CODES[code].severity, message, ...more };
}
