/** A command line, looked at: how it is shown, whose it is, and whether its output is worth reading. */
import { basename } from 'node:path';

/** As a shell would take it. */
export function shownCommand(command: string[]): string {
  return command.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `codex exec --json` and `claude -p --output-format …`, also behind `env`, `npx` or `timeout`. */
export function isJsonClient(command: string[]): boolean {
  const source = clientSource(command);
  if (source === 'codex_cli') return command.some(isJsonFlag);
  const isPrint = command.some(word => word === '-p' || word === '--print');
  return source !== undefined && isPrint && command.some(word => word.startsWith('--output-format'));
}

const isJsonFlag = (word: string): boolean => word === '--json' || word === '--experimental-json';

/** Whether Codex goes on with an earlier session. */
export function isResuming(command: string[]): boolean {
  return command.includes('resume');
}

/** Programs that start the one that follows them. */
const LAUNCHERS =
  /^(?:env|npx|bunx|pnpm|yarn|dlx|node|bun|exec|command|nice|nohup|time|g?timeout|stdbuf|sudo)$/;
const NO_PROGRAM = /^(?:-.*|[A-Za-z_]\w*=.*|\d+(?:\.\d+)?[smhd]?)$/;

/** The program that a command line is about, without path and extension. */
function programOf(command: string[]): string {
  const names = command.map(word => basename(word).replace(/\.[cm]?js$/, ''));
  return names.find((name, index) => !LAUNCHERS.test(name) && !NO_PROGRAM.test(command[index]!)) ?? '';
}

/** The source of what a command reports, when it is a client we know. */
export function clientSource(command: string[]): string | undefined {
  const program = programOf(command);
  if (program === 'codex') return 'codex_cli';
  return program === 'claude' || program === 'claude-code' ? 'claude_code' : undefined;
}

/** Whether exit status 124 means that time was up. */
export function isTimeLimited([first]: string[]): boolean {
  return /^g?timeout$/.test(basename(first ?? ''));
}
