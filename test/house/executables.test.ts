/** Each executable names its command and runs it, and brings everything a user looks for. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '../../tools/lib/cli/command.js';
import { changeFindings, completionFindings, pageFindings } from './pages.js';
import { CHECKOUT, executablesIn, readSources, type Source } from './source.js';

const executables = executablesIn(readSources());
const read = (path: string): string | undefined =>
  existsSync(join(CHECKOUT, path)) ? readFileSync(join(CHECKOUT, path), 'utf8') : undefined;
const manifest = JSON.parse(read('package.json')!) as { bin: Record<string, string> };

/** The command an executable runs, from the file it imports. */
async function commandOf({ path, imports }: Source): Promise<{ command: Command; from: string }> {
  const { from, names } = imports.find(entry => entry.from.startsWith('tools/lib/cli/commands/'))!;
  const module = (await import(join(CHECKOUT, from))) as Record<string, Command>;
  const command = module[names[0]!]!;
  expect(command.name, `${path}:1: runs a command of another name`).toBe(basename(path, '.ts'));
  return { command, from };
}

test('package.json installs the executables and nothing else', () => {
  const names = executables.map(({ path }) => basename(path, '.ts')).sort();
  expect(Object.keys(manifest.bin).sort()).toEqual(names);
  expect(manifest.bin).toEqual(Object.fromEntries(names.map(name => [name, `dist/bin/${name}.cjs`])));
});

test.each(executables.map(source => [basename(source.path, '.ts'), source] as const))(
  '%s has its page, completion, bats file and line in the change log',
  async (name, source) => {
    const { command, from } = await commandOf(source);
    const findings = [
      ...pageFindings(command, read(`docs/${name}.md`)),
      ...completionFindings(command, from),
      ...changeFindings(command, read('CHANGELOG.md') ?? ''),
    ];
    if (!existsSync(join(CHECKOUT, `test/bin/${name}.bats`))) {
      findings.push(`test/bin/${name}.bats:1: missing; test ${name} through a real zsh`);
    }
    expect(findings.join('\n')).toBe('');
  },
);
