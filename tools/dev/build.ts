/**
 * Builds `dist/`: one CommonJS file an executable, the native lock for each platform, and the licenses of
 * what is bundled. Executables need nothing of `node_modules` at run time.
 */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { generate } from './generate.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

/** The executables: every TypeScript file directly in `tools/` and `hooks/`. */
export function executables(): string[] {
  return ['tools', 'hooks'].flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.ts'))
      .map(name => join(root, folder, name)),
  );
}

async function bundle(): Promise<Metafile> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { metafile } = await build({
    entryPoints: executables(),
    outdir: join(dist, 'bin'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    keepNames: false,
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    define: { AGENT_LEDGER_VERSION: JSON.stringify(version) },
    metafile: true,
    logLevel: 'warning',
  });
  for (const name of readdirSync(join(dist, 'bin'))) chmodSync(join(dist, 'bin', name), 0o755);
  return metafile;
}

function copyLocks(): void {
  for (const platform of PLATFORMS) {
    const target = join(dist, 'native', platform);
    mkdirSync(target, { recursive: true });
    copyFileSync(
      join(root, 'node_modules/fs-native-extensions/prebuilds', platform, 'fs-native-extensions.node'),
      join(target, 'lock.node'),
    );
  }
}

function writeLicenses(metafile: Metafile): void {
  const packages = new Set(['fs-native-extensions']);
  for (const input of Object.keys(metafile.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name) packages.add(name);
  }
  const texts = [...packages].sort().map(name => {
    const folder = join(root, 'node_modules', name);
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
    const { license, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}`;
  });
  writeFileSync(join(dist, 'THIRD_PARTY_LICENSES.txt'), texts.join(`\n${'-'.repeat(78)}\n\n`));
}

rmSync(dist, { recursive: true, force: true });
await generate();
const metafile = await bundle();
copyLocks();
writeLicenses(metafile);
console.log(
  `built ${executables()
    .map(path => basename(path, '.ts'))
    .join(', ')} in ${basename(dirname(join(dist, 'bin')))}/`,
);
