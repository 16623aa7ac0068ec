/** The sources of the project, parsed: what each file imports, exports, and which functions it holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, parseSync, type StaticImportEntry } from 'oxc-parser';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface Import {
  line: number;
  /** A path in the project, or the name of a module. */
  from: string;
  /** `*` for all of it. */
  names: string[];
}

export interface Export {
  line: number;
  name: string;
  isType: boolean;
  /** The file it is passed on from. */
  from?: string;
}

export interface Source {
  /** From the top of the project. */
  path: string;
  text: string;
  program: Program;
  imports: Import[];
  exports: Export[];
  lineAt(offset: number): number;
}

/** What breaks a rule: `file:line: what, and what to do`. */
export type Finding = string;

export function parseSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const resolved = (request: string): string =>
    request.startsWith('.') ? normalize(join(dirname(path), request)).replace(/\.js$/, '.ts') : request;
  const imports: Import[] = module.staticImports.map(({ start, moduleRequest, entries }) => ({
    line: lineAt(start),
    from: resolved(moduleRequest.value),
    names: entries.map(nameOf),
  }));
  for (const { moduleRequest } of module.dynamicImports) {
    const from = /^['"](.+)['"]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (from) imports.push({ line: lineAt(moduleRequest.start), from: resolved(from), names: ['*'] });
  }
  const exports: Export[] = module.staticExports.flatMap(({ entries }) =>
    entries.map(({ start, exportName, isType, moduleRequest }) => ({
      line: lineAt(start),
      name: exportName.name ?? (exportName.kind === 'Default' ? 'default' : '*'),
      isType,
      ...(moduleRequest && { from: resolved(moduleRequest.value) }),
    })),
  );
  for (const { line, name, from } of exports) if (from) imports.push({ line, from, names: [name] });
  return { path, text, program, imports, exports, lineAt };
}

function nameOf({ importName }: StaticImportEntry): string {
  if (importName.kind === 'NamespaceObject') return '*';
  return importName.name ?? 'default';
}

/** Every source of the project. */
export function readImporters(): Source[] {
  const paths = ['tools', 'hooks', 'test'].flatMap(folder =>
    readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' }).map(name =>
      join(folder, name),
    ),
  );
  return paths
    .filter(path => /\.[jt]s$/.test(path))
    .sort()
    .map(path => parseSource(path, readFileSync(join(CHECKOUT, path), 'utf8')));
}

/** Those that a person wrote. */
export function readSources(): Source[] {
  return readImporters().filter(({ path }) => !path.includes('/generated/'));
}

/** The executables: every TypeScript file directly in `tools/` and `hooks/`. */
export function executablesIn(sources: Source[]): Source[] {
  return sources.filter(({ path }) => /^(?:tools|hooks)\/[^/]+$/.test(path));
}
