/** Runs before each test file: nothing of the person's own ledger, home or environment is in reach. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'agent-ledger-home-'));

for (const name of Object.keys(process.env)) {
  if (/^(LEDGER_|LUKA_|GIT_|XDG_|HYBRID_|NODE_EXTRA_CA_CERTS$)/.test(name)) delete process.env[name];
}
process.env.HOME = home;

afterAll(() => rmSync(home, { recursive: true, force: true }));
