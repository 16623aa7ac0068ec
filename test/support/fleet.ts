/** Machines as processes see them: repositories with a root each, that know a remote by its URL. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Ended, type Started, start } from './executable.js';
import { git, makeRepository } from './git.js';
import { temporaryDirectory } from './workspace.js';

export interface FleetMachine {
  top: string;
  /** Starts `ledger-claim`. */
  claim(argv: string[], environment?: Record<string, string>, wrapper?: string[]): Started;
  run(name: string, argv: string[], environment?: Record<string, string>): Promise<Ended>;
}

const ENVIRONMENT = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LEDGER_AGENT: 'cls' };

/** Machines that are set up with the remote at `url`. */
export async function makeFleet(count: number, url: string): Promise<FleetMachine[]> {
  const base = temporaryDirectory();
  const machines = Array.from({ length: count }, (_, number) => makeMachineAt(join(base, `m${number}`), url));
  // The first one makes the branch.
  for (const machine of machines.slice(0, 1)) await setUp(machine);
  await Promise.all(machines.slice(1).map(setUp));
  return machines;
}

function makeMachineAt(top: string, url: string): FleetMachine {
  makeRepository(top);
  git(top, 'remote', 'add', 'origin', url);
  mkdirSync(join(top, 'g/ledger'), { recursive: true });
  const environmentWith = (more: Record<string, string> = {}): Record<string, string | undefined> => ({
    ...process.env,
    ...ENVIRONMENT,
    ...more,
  });
  return {
    top,
    claim: (argv, environment, wrapper) =>
      start('ledger-claim', argv, {
        cwd: top,
        environment: environmentWith(environment),
        ...(wrapper && { wrapper }),
      }),
    run: (name, argv, environment) =>
      start(name, argv, { cwd: top, environment: environmentWith(environment) }).ended,
  };
}

async function setUp(machine: FleetMachine): Promise<void> {
  const { status, messages } = await machine.run('ledger-sync', ['--setup-ledger']);
  expect(messages).toBe('');
  expect(status).toBe(0);
}

interface Claim {
  task_id: string;
  epoch: number;
  is_completed: boolean;
  lease: { lease_id: string; agent: string; writer: string } | null;
}

/** The claims on the branch, by task, read with plain git. */
export function claimsOnBranch(repository: string): Map<string, Claim> {
  const paths = git(repository, 'ls-tree', '-r', '--name-only', 'ledger', 'claims/').split('\n');
  const files = paths.filter(path => /^claims\/[0-9a-f]{2}\//.test(path));
  const claims = files.map(path => JSON.parse(git(repository, 'show', `ledger:${path}`)) as Claim);
  return new Map(claims.map(claim => [claim.task_id, claim]));
}
