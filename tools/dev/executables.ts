/** Which executables there are, by convention: a file is one, and its name finds everything else. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../lib/cli/command.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The executables' sources: every TypeScript file directly in `tools/` and `hooks/`. */
export function executables(): string[] {
  return ['tools', 'hooks'].flatMap(folder => listFiles(folder, '.ts'));
}

/** The Command of an executable: `ledgerWrite` in `tools/lib/cli/commands/ledger-write.ts`. */
export async function commandOf(name: string): Promise<Command> {
  const path = `tools/lib/cli/commands/${name}.ts`;
  const camel = name.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
  const module: Record<string, Command | undefined> = await import(join(root, path));
  const command = module[camel];
  if (command?.name !== name) throw new Error(`${path} must export ${camel}, the Command named ${name}`);
  return command;
}

/** The older script names of each executable: `tools/*.zsh` that hand their arguments to it. */
export function scriptsOf(name: string): string[] {
  return listFiles('tools', '.zsh')
    .filter(path => /execute\.zsh" (\S+) /.exec(readFileSync(path, 'utf8'))?.[1] === name)
    .map(path => basename(path));
}

function listFiles(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder))
    .filter(name => name.endsWith(extension))
    .map(name => join(root, folder, name));
}
