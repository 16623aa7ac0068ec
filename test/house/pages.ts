/** What an executable brings along: its page, its bats file, its completion, its line in the change log. */
import type { Command } from '../../tools/lib/cli/command.js';
import type { Finding } from './source.js';

const HEADINGS = ['SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXIT STATUS', 'FILES', 'ASSUMPTIONS', 'EXAMPLES'];

/** @param page the text of `docs/<name>.md`; undefined when there is none */
export function pageFindings(command: Command, page: string | undefined): Finding[] {
  const path = `docs/${command.name}.md`;
  if (page === undefined) return [`${path}:1: missing; write the page of ${command.name}`];
  const findings: Finding[] = [];
  const lines = page.split('\n');
  if (lines[0] !== `# ${command.name}`) findings.push(`${path}:1: must begin with "# ${command.name}"`);
  const headings = lines.filter(line => line.startsWith('## ')).map(line => line.slice(3));
  const known = headings.filter(heading => HEADINGS.includes(heading));
  if (known.join() !== HEADINGS.join()) {
    findings.push(
      `${path}:1: has the headings ${headings.join(', ')}; needs, in order: ${HEADINGS.join(', ')}`,
    );
  }
  for (const option of command.options) {
    if (!page.includes(`--${option.name}`)) findings.push(`${path}:1: says nothing of --${option.name}`);
  }
  return findings;
}

/** @param unreleased the section of CHANGELOG.md on what is not released yet, or all of it */
export function changeFindings(command: Command, changes: string): Finding[] {
  const isTold = changes.includes(`\`${command.name}\``);
  return isTold ? [] : [`CHANGELOG.md:1: has no line on \`${command.name}\`; add one under Unreleased`];
}

/** The shell completes from the command itself, so each argument needs its name and each option its line. */
export function completionFindings(command: Command, path: string): Finding[] {
  const findings: Finding[] = [];
  const needs = (isRight: boolean, what: string): void => {
    if (!isRight) findings.push(`${path}:1: ${what}`);
  };
  const positionals = command.synopsis.some(form => /(?:^|\s)[<[]/.test(form));
  needs(!positionals || command.operands.length > 0, 'its synopsis has arguments, its operands name none');
  for (const { name } of command.operands) needs(/^[a-z]/.test(name), `the operand "${name}" needs a name`);
  for (const { name, text } of command.options) {
    needs(/^[^\s.][^\n]*[^\s.]$/.test(text), `--${name} needs one line of text, without a full stop`);
  }
  return findings;
}
