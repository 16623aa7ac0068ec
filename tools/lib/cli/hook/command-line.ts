/** A command line, looked at: how it is shown, whose it is, and whether its output is worth reading. */
import { basename } from 'node:path';
import { captured } from '../../clients/captured.js';

/** As a shell would take it, fit for the ledger. */
export function shownCommand(command: string[]): string {
  return captured(command.map(shellWord).join(' '));
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `codex exec --json` and `claude -p --output-format …`, also behind `env`, `npx` or `timeout`. */
export function isJsonClient(command: string[]): boolean {
  const at = command.findIndex(word => /^(?:codex|claude)$/.test(basename(word)));
  const rest = command.slice(at + 1);
  if (at === -1) return false;
  if (basename(command[at]!) === 'codex') return /^(?:exec|e)$/.test(verbOf(rest)) && rest.some(isJsonFlag);
  const isPrint = rest.some(word => word === '-p' || word === '--print');
  return isPrint && rest.some(word => word.startsWith('--output-format'));
}

const isJsonFlag = (word: string): boolean => word === '--json' || word === '--experimental-json';
const verbOf = (words: string[]): string => words.find(word => /^(?:exec|e|resume)$/.test(word)) ?? '';

/** Whether Codex goes on with an earlier session. */
export function isResuming(command: string[]): boolean {
  return command.includes('resume');
}

/** The source of what a command reports, when it is a client we know. */
export function clientSource(command: string[]): string | undefined {
  for (const word of command) {
    if (basename(word) === 'codex') return 'codex_cli';
    if (basename(word) === 'claude') return 'claude_code';
  }
  return undefined;
}

/** Whether exit status 124 means that time was up. */
export function isTimeLimited([first]: string[]): boolean {
  return /^g?timeout$/.test(basename(first ?? ''));
}
