/** The built executables on other versions of Node, which `npm run test:soak` fetches. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isSoak } from '../support/rounds.js';
import { linesIn, temporaryDirectory } from '../support/workspace.js';

const BIN = join(import.meta.dirname, '../../dist/bin');
const platform = `node-${process.platform}-${process.arch}`;

/** The path of that Node; undefined where it cannot be had. */
function fetchNode(version: string): string | undefined {
  const directory = temporaryDirectory();
  const options = ['--prefix', directory, '--no-save', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['install', ...options, `${platform}@${version}`]);
  return status === 0 ? join(directory, 'node_modules', platform, 'bin/node') : undefined;
}

describe.runIf(isSoak)('another Node', { timeout: 600_000 }, () => {
  test.for(['22', '24', '26'])(
    '%s runs every executable, with and without a code cache',
    (version, context) => {
      const node = fetchNode(version) ?? context.skip(`Node ${version} cannot be fetched here`);
      const root = join(temporaryDirectory(), 'root');
      mkdirSync(join(root, 'g/ledger'), { recursive: true });
      const run = (name: string, ...args: string[]) =>
        execFileSync(node, [join(BIN, `${name}.cjs`), ...args], { cwd: root, encoding: 'utf8' });
      for (const name of readdirSync(BIN).map(file => basename(file, '.cjs'))) {
        expect(run(name, '--version')).toMatch(new RegExp(`^${name} \\d`));
      }
      for (const summary of ['compiled', 'from the cache']) {
        const line = run('ledger-write', '--json', 'cls', 'info', 'T-1', 'test', summary);
        const event = JSON.parse(line) as { ts: string; summary: string };
        expect(event.summary).toBe(summary);
        expect(linesIn(join(root, `g/ledger/cls/${event.ts.slice(0, 10)}.jsonl`)).at(-1)).toBe(
          line.trimEnd(),
        );
      }
    },
  );

  test('18 is too old, and says so in one line', context => {
    const node = fetchNode('18') ?? context.skip('Node 18 cannot be fetched here');
    const { status, stderr } = spawnSync(node, [join(BIN, 'ledger-write.cjs')], { encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^ledger-write: Node 20 or newer is needed; .+ is v18\.[\d.]+\n$/);
  });
});
