/**
 * Builds `dist/`: for each executable one program and the launcher that starts it, the native lock for each
 * platform, and the licenses of what is bundled. Nothing of `node_modules` is needed at run time.
 */
import { createHash } from 'node:crypto';
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
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { generate } from './generate.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

/** The executables: every TypeScript file directly in `tools/` and `hooks/`. */
function executables(): string[] {
  return ['tools', 'hooks'].flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.ts'))
      .map(name => join(root, folder, name)),
  );
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** How programs and their launchers are built. ASCII, so that a source is read without decoding. */
const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
  // A program runs as a script, in which `import()` would have no loader.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** `dist/lib/<name>.js`: the whole program as one function of what a CommonJS module knows. */
async function buildPrograms(): Promise<Metafile> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: executables(),
    outdir: join(dist, 'lib'),
    banner: { js: '(function(require,module,__dirname){' },
    footer: { js: '})' },
    define: { AGENT_LEDGER_VERSION: JSON.stringify(version) },
    metafile: true,
  });
  return metafile;
}

/** `dist/bin/<name>.cjs`: what starts it. */
async function buildLaunchers(): Promise<void> {
  for (const name of executables().map(path => basename(path, '.ts'))) {
    const hash = createHash('sha256')
      .update(readFileSync(join(dist, 'lib', `${name}.js`)))
      .digest('hex');
    const outfile = join(dist, 'bin', `${name}.cjs`);
    await build({
      ...OPTIONS,
      entryPoints: [join(root, 'tools/lib/launch.ts')],
      outfile,
      banner: { js: '#!/usr/bin/env node' },
      define: { PROGRAM: JSON.stringify(name), PROGRAM_HASH: JSON.stringify(hash.slice(0, 16)) },
    });
    chmodSync(outfile, 0o755);
  }
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
const metafile = await buildPrograms();
await buildLaunchers();
copyLocks();
writeLicenses(metafile);
console.log(
  `built ${executables()
    .map(path => basename(path, '.ts'))
    .join(', ')} in ${basename(dirname(join(dist, 'bin')))}/`,
);
