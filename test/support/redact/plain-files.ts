/** Real files without a secret, by their kind: of this checkout and its packages. */
export const FILES: Record<string, string[]> = {
  'lock file': ['package-lock.json'],
  prose: [
    'docs/AGENT_LEDGER_GUIDE.md',
    'docs/AGENT_LEDGER_SCHEMA.md',
    'docs/exit-codes.md',
    'node_modules/minimist/README.md',
    'node_modules/esbuild/LICENSE.md',
    'node_modules/fast-check/README.md',
    'node_modules/picocolors/README.md',
  ],
  TypeScript: [
    'tools/lib/ledger/append.ts',
    'tools/lib/redact/telling.ts',
    'tools/lib/redact/vendors.ts',
    'tools/lib/cli/args.ts',
    'tools/dev/generate.ts',
    'node_modules/@types/node/http.d.ts',
    'node_modules/@types/node/crypto.d.ts',
    'node_modules/@types/node/url.d.ts',
    'node_modules/@types/node/tls.d.ts',
    'node_modules/@types/node/fs.d.ts',
  ],
  JavaScript: [
    'node_modules/ajv/dist/core.js',
    'node_modules/marked/lib/marked.umd.js',
    'node_modules/esbuild/lib/main.js',
    'node_modules/minimist/index.js',
    'node_modules/esbuild/install.js',
  ],
  shell: [
    'test/bin/support.bash',
    'node_modules/bats/bin/bats',
    'node_modules/bats/libexec/bats-core/bats-exec-test',
  ],
  JSON: ['schemas/v1/event.json', 'node_modules/ajv/package.json', 'node_modules/typescript/package.json'],
};
