/** What validation finds: the one table of codes, which `docs/ledger-validate.md` repeats for users. */

/** Errors make the answer no, warnings only when asked to be strict, infos never. */
export type Severity = 'error' | 'warning' | 'info';

export const FINDINGS = {
  json: { severity: 'error', text: 'The line is not JSON.' },
  torn: { severity: 'error', text: 'The last line is cut off: not JSON, and without its newline.' },
  schema: { severity: 'error', text: 'The line, or the status, breaks its schema.' },
  'not-utf8': { severity: 'error', text: 'Bytes that are not UTF-8.' },
  nul: { severity: 'error', text: 'NUL bytes.' },
  surrogate: { severity: 'error', text: 'An escape like `\\ud83d` without its other half.' },
  bom: { severity: 'error', text: 'The file begins with a byte order mark.' },
  crlf: { severity: 'error', text: 'The line ends with CR LF instead of LF.' },
  'no-newline': { severity: 'error', text: 'The last line is whole, but its newline is missing.' },
  'too-long': { severity: 'error', text: 'The line is longer than 256 KiB, or the status than 1 MiB.' },
  'wrong-day': { severity: 'error', text: 'The date of `ts` is not that of the file.' },
  'wrong-agent': { severity: 'error', text: '`agent` is not that of the directory.' },
  'duplicate-id': { severity: 'error', text: 'An earlier line has the same `id`.' },
  order: { severity: 'warning', text: '`ts` is older than that of the line before by the same writer.' },
  'empty-line': { severity: 'warning', text: 'The line is empty.' },
  'stray-file': {
    severity: 'warning',
    text: 'A `.jsonl` file whose name is no day file, so nobody reads it.',
  },
  unreadable: { severity: 'error', text: 'The file cannot be read; the exit status says why (74 or 77).' },
  'chain-changed': { severity: 'error', text: 'The line differs from the one that was appended.' },
  'chain-missing': { severity: 'error', text: 'Events are missing before the line.' },
  'chain-lost-tail': { severity: 'error', text: 'Events are missing after the line, at the end of the day.' },
  'chain-lost-file': { severity: 'error', text: 'The day file is gone.' },
  'chain-inserted': { severity: 'error', text: 'The line has no place in the chain: copied or forged.' },
  'chain-moved': { severity: 'error', text: 'The line is unchanged, but stands in another place.' },
  'chain-broken': {
    severity: 'error',
    text: 'Too many breaks to tell apart; the lines from here on are unproven.',
  },
  repaired: {
    severity: 'info',
    text: 'What `--repair` did: lines moved away, a newline added, a status made again.',
  },
  unchained: { severity: 'info', text: 'Lines without a chain, as older tools write them.' },
  unanchored: {
    severity: 'info',
    text: 'No head is known, so a lost tail or a changed last line would not show.',
  },
} as const satisfies Record<string, { severity: Severity; text: string }>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  /** As it is shown to the user. */
  path: string;
  /** From 1. */
  line: number;
  code: FindingCode;
  message: string;
}

export type Report = (finding: Finding) => void;
