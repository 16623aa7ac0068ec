/** The checks of `npm test` and `npm run test:soak`: what each runs and how it is counted. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { failuresInTap, type Tally, tallyTap, tallyVitest, tallyWhole } from './tally.js';

export interface Check {
  name: string;
  command: string[];
  tally(output: string, isSuccess: boolean): Tally;
  /** The part of the output that says what failed. */
  details?(output: string): string;
}

/** Groups run one after the other, the checks of a group side by side. */
export type Plan = Check[][];

/** @param scratch a directory for reports */
export function quickPlan(checkout: string, scratch: string): Plan {
  const bin = (name: string): string => join(checkout, 'node_modules/.bin', name);
  const whole = (name: string, ...command: string[]): Check => ({
    name,
    command,
    tally: (_output, isSuccess) => tallyWhole(isSuccess),
  });
  return [
    [whole('build', bin('tsx'), 'tools/dev/build.ts')],
    [
      whole('types', bin('tsc'), '--noEmit'),
      whole('lint', bin('biome'), 'lint', '--error-on-warnings', '.'),
      whole('format', bin('biome'), 'format', '.'),
    ],
    [vitest(checkout, scratch, ['unit', 'house']), ...bats(checkout)],
    [vitest(checkout, scratch, ['fault']), lane(checkout, ['status-update'])],
    [vitest(checkout, scratch, ['sim'])],
  ];
}

/** Executables that ledgerd serves, by their bats files: what they say and write must be the same through it. */
const SERVED = [
  ...['ledger-write', 'ledger-write-places', 'status-update', 'ledger-claim', 'ledger-status'],
  ...['cls-hook', 'andy-hook', 'hybrid-hook'],
];

/** Bats files once more, through the plugin and ledgerd. */
function lane(checkout: string, names: string[]): Check {
  const files = names.map(name => join('test/bin', `${name}.bats`));
  return {
    name: 'bats ledgerd',
    command: [
      'env',
      'LANE=daemon',
      join(checkout, 'node_modules/bats/bin/bats'),
      '--formatter',
      'tap',
      ...files,
    ],
    tally: tallyTap,
    details: failuresInTap,
  };
}

/** The long ones: the same tests with many more rounds. */
export function soakPlan(checkout: string, scratch: string): Plan {
  const [build] = quickPlan(checkout, scratch) as [Check[]];
  const projects = ['unit', 'fault', 'sim'].map(project => [vitest(checkout, scratch, [project])]);
  return [build, ...projects, [lane(checkout, SERVED)]];
}

function vitest(checkout: string, scratch: string, projects: string[]): Check {
  const name = projects.join('+');
  const report = join(scratch, `${name}.json`);
  const command = [join(checkout, 'node_modules/.bin/vitest'), 'run', '--passWithNoTests'];
  command.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  // What waits for locks, leases and networks leaves room for a second one.
  if (name === 'fault') command.push('--maxWorkers=2');
  return {
    name,
    command: [...command, ...projects.flatMap(project => ['--project', project])],
    tally: (_output, isSuccess) => tallyVitest(report, isSuccess),
  };
}

/** The bats files in as many processes as there are cores, each with about as many tests as the others. */
function bats(checkout: string): Check[] {
  const shards = Array.from({ length: Math.min(4, Math.max(2, availableParallelism())) }, () => ({
    files: [] as string[],
    tests: 0,
  }));
  for (const { path, tests } of batsFiles(checkout)) {
    const shard = shards.reduce((least, other) => (other.tests < least.tests ? other : least));
    shard.files.push(path);
    shard.tests += tests;
  }
  const runner = join(checkout, 'node_modules/bats/bin/bats');
  return shards.map(({ files }, index) => ({
    name: `bats ${index + 1}/${shards.length}`,
    command: [runner, '--formatter', 'tap', ...files],
    tally: tallyTap,
    details: failuresInTap,
  }));
}

/** The largest first. */
function batsFiles(checkout: string): { path: string; tests: number }[] {
  return readdirSync(join(checkout, 'test/bin'))
    .filter(name => name.endsWith('.bats'))
    .map(name => join('test/bin', name))
    .map(path => ({ path, tests: readFileSync(join(checkout, path), 'utf8').split('\n@test ').length }))
    .sort((a, b) => b.tests - a.tests);
}
