/**
 * The ignore lines of a root in a git repository. They stand in `<git common dir>/info/exclude`, which no
 * checkout, stash or clean touches: an untracked `.gitignore` would be eaten by the first `git clean -fd`, and
 * the ledger by the second. They name what agent-ledger writes and no more, because `agents/` and `memory/`
 * may be directories of the repository's own. The configuration is among them for the same reason as the
 * rest; whoever shares it commits it, and git then knows it in spite of the line.
 */
import { join } from 'node:path';
import { amendFile, readForeign } from '../disk/amend.js';
import type { GitPlace } from '../root/find.js';

const COMMENT = '# agent-ledger: what it writes stays out of reach of git clean (ledger-init)';
const WRITTEN = [
  'g/ledger/',
  'agents/*/status.*',
  'agents/*/.status.*',
  'memory/*/sessions/',
  'ledger.config.json',
];

/** @param prefix the root below the top of its repository; empty for the top itself */
export function ignoreLines(prefix: string): string[] {
  const escaped = prefix.replace(/[\\*?[\] ]/g, '\\$&');
  return WRITTEN.map(pattern => `/${escaped === '' ? '' : `${escaped}/`}${pattern}`);
}

/** The text with those of `lines` that it lacks at its end; the same text when it has them all. */
export function addIgnoreLines(text: string, lines: string[]): { text: string; added: string[] } {
  const present = text.split('\n');
  const added = lines.filter(line => !present.includes(line));
  if (added.length === 0) return { text, added };
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  const comment = present.includes(COMMENT) ? [] : [COMMENT];
  return { text: `${text}${gap}${[...comment, ...added].join('\n')}\n`, added };
}

/**
 * Adds the ignore lines of a root to its repository's exclude file.
 * @param prefix as for `ignoreLines`
 * @returns the lines that were added
 */
export function excludeFromGit(git: GitPlace, prefix: string): string[] {
  const file = readForeign(join(git.commonDirectory, 'info/exclude'));
  // One character a byte: the file may hold names in any encoding.
  const { text, added } = addIgnoreLines(
    file.bytes?.toString('latin1') ?? '',
    ignoreLines(prefix).map(line => Buffer.from(line).toString('latin1')),
  );
  if (added.length > 0) amendFile(file, Buffer.from(text, 'latin1'), { file: 0o644, directory: 0o755 });
  return added.map(line => Buffer.from(line, 'latin1').toString());
}
