/**
 * Parts of programs that only some calls need. A module named `<name>.late.ts` is imported like any other; in a
 * bundle its functions are stand-ins that load the part, `dist/lib/late/<name>.js`, when one of them is called.
 * Parts are shared by all programs; one that nearly every call of a program needs is built into that program. What
 * such a module exports is functions alone.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Notes in `parts` the source of each part that is imported, by the part's name.
 * @param builtIn the parts that are bundled like any other module
 */
export function latePlugin(parts: Map<string, string>, builtIn: readonly string[] = []): Plugin {
  return {
    name: 'late',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.late\.js$/ }, ({ path, resolveDir }) => {
        if (builtIn.includes(basename(path, '.late.js'))) return undefined;
        return { path: join(resolveDir, path.replace(/\.js$/, '.ts')), namespace: 'late' };
      });
      onLoad({ filter: /./, namespace: 'late' }, ({ path }) => {
        const name = basename(path, '.late.ts');
        if ((parts.get(name) ?? path) !== path) throw new Error(`two parts are named ${name}: ${path}`);
        parts.set(name, path);
        return { contents: standIns(name, readFileSync(path, 'utf8')) };
      });
    },
  };
}

function standIns(name: string, source: string): string {
  const functions = [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, found]) => found);
  return functions
    .map(each => `export const ${each} = (...args) => part('late/${name}').${each}(...args);\n`)
    .join('');
}
