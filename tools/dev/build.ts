/**
 * Builds `dist/`: for each executable one program, the launcher that starts it, a link under its own name and
 * its completion; the native lock for each platform, and the licenses of what is bundled. Nothing of
 * `node_modules` is needed at run time.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { buildClient } from './build-client.js';
import { completionText } from './completion.js';
import { commandOf, executables, scriptsOf } from './executables.js';
import { generate } from './generate.js';
import { latePlugin } from './late.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const DAEMON = 'ledgerd';
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** How programs and their launchers are built. ASCII, so that a source is read without decoding. */
const OPTIONS = {
  bundle: true,
  platform: 'node',
  // Some packages have a CommonJS form that only a loader can follow.
  mainFields: ['module', 'main'],
  format: 'cjs',
  target: 'node20',
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
  // A program runs as a script, in which `import()` would have no loader.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** What the launcher calls each script in `dist/lib/` with; the script gives what it exports. */
const WRAPPER = {
  banner: { js: '(function(require,__dirname,part){var module={exports:{}};' },
  footer: { js: 'return module.exports})' },
};

/** Parts that nearly every call of a program needs, which are no parts there. */
const BUILT_IN: Record<string, string[]> = { 'ledger-claim': ['keys'] };

/** `dist/lib/<name>.js` and `dist/lib/late/<name>.js`: programs, and the parts that some calls need. */
async function buildPrograms(): Promise<Metafile['inputs']> {
  const parts = new Map<string, string>();
  const buildScript = async (name: string, path: string): Promise<Metafile['inputs']> => {
    const { metafile } = await build({
      ...OPTIONS,
      ...WRAPPER,
      entryPoints: { [name]: path },
      outdir: join(dist, 'lib'),
      define: { AGENT_LEDGER_VERSION: JSON.stringify(version) },
      // Parts share no module, and what one process does for many callers is noted in one.
      plugins: name === DAEMON ? [] : [latePlugin(parts, BUILT_IN[name])],
      metafile: true,
    });
    return metafile.inputs;
  };
  const inputs: Metafile['inputs'] = {};
  for (const path of executables()) Object.assign(inputs, await buildScript(basename(path, '.ts'), path));
  for (const [name, path] of parts) Object.assign(inputs, await buildScript(`late/${name}`, path));
  return inputs;
}

/** 16 hex digits that change with any script. */
function hashScripts(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(join(dist, 'lib'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.js')) hash.update(readFileSync(join(dist, 'lib', name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** `dist/bin/<name>.cjs`: what starts it. */
async function buildLaunchers(names: string[]): Promise<void> {
  const hash = hashScripts();
  for (const name of names) {
    const outfile = join(dist, 'bin', `${name}.cjs`);
    await build({
      ...OPTIONS,
      entryPoints: [join(root, 'tools/lib/launch.ts')],
      outfile,
      target: 'es2015',
      banner: { js: `#!/usr/bin/env node\n${versionCheck(name)}` },
      define: { PROGRAM: JSON.stringify(name), BUILD_HASH: JSON.stringify(hash) },
    });
    chmodSync(outfile, 0o755);
  }
}

/** The first statement of a launcher, in words that any Node knows. A hook does not fail its agent. */
function versionCheck(name: string): string {
  const oldest = Number(engines.node.replace('>=', ''));
  const status = name.endsWith('-hook') ? "process.argv[2]==='run'?3:0" : '3';
  const message = `'${name}: Node ${oldest} or newer is needed; '+process.execPath+' is '+process.version`;
  return `if(parseInt(process.versions.node,10)<${oldest}){console.error(${message});process.exit(${status})}`;
}

/** `dist/path/` can be put on PATH: in a checkout, what npm's own links are in an installed package. */
function linkNames(names: string[]): void {
  mkdirSync(join(dist, 'path'));
  for (const name of names) symlinkSync(`../bin/${name}.cjs`, join(dist, 'path', name));
}

async function writeCompletions(names: string[]): Promise<void> {
  mkdirSync(join(dist, 'completions'));
  for (const name of names) {
    const text = completionText(await commandOf(name), scriptsOf(name));
    writeFileSync(join(dist, 'completions', `_${name}`), text);
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

function writeLicenses(inputs: Metafile['inputs']): void {
  const packages = new Set(['fs-native-extensions']);
  for (const input of Object.keys(inputs)) {
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

const names = executables().map(path => basename(path, '.ts'));
rmSync(dist, { recursive: true, force: true });
await generate();
const inputs = await buildPrograms();
await buildLaunchers(names);
linkNames(names);
await writeCompletions(names);
await buildClient(root, join(root, 'tools/lib/daemon/client.ts'), dist);
copyLocks();
writeLicenses(inputs);
console.log(`built ${names.join(', ')} in ${basename(dist)}/`);
