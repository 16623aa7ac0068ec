/** Builds the client for Node programs: one module and its declaration file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Writes `client.js`, made of `source`, and `client.d.ts` into `dist`. */
export async function buildClient(root: string, source: string, dist: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile: join(dist, 'client.js'),
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' },
    banner: { js: "const EXECUTABLES = decodeURIComponent(new URL('./bin', import.meta.url).pathname);" },
  });
  const read = (name: string): string => readFileSync(join(root, 'tools/lib', name), 'utf8');
  const types = read('daemon/client-types.ts').replace(/^import .*\n/m, '');
  const event = read('record/generated/event.ts');
  writeFileSync(join(dist, 'client.d.ts'), `${event}\n${types}\nexport declare const connect: Connect;\n`);
}
