import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArgs } from '../../../tools/lib/cli/args.js';
import type { Call, Io, Warm } from '../../../tools/lib/cli/command.js';
import { openContext } from '../../../tools/lib/cli/context.js';
import { Moment } from '../../../tools/lib/cli/daemon/moment.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

test('calls of one moment share what is looked up, and the next turn sees what has changed', async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  const warnings: string[] = [];
  const warm = { contextOf: new Moment().contextOf } as Warm;
  const call = (): Call => ({
    args: parseArgs({ options: [] }, []),
    io: { cwd: root, environment: { HOME: root }, clock: testClock(), warm } as unknown as Io,
    warn: message => warnings.push(message),
  });
  const staleAfter = (): number => openContext(call()).config.ledger.stale_after_s;
  const before = staleAfter();
  writeFileSync(join(root, 'ledger.config.json'), '{"ledger":{"stale_after_s":7}}');
  expect(staleAfter()).toBe(before);
  await new Promise(resolve => setImmediate(resolve));
  expect(staleAfter()).toBe(7);
  writeFileSync(join(root, 'ledger.config.json'), '{"ledger":{"stale_after_s":0}}');
  await new Promise(resolve => setImmediate(resolve));
  expect([staleAfter(), staleAfter()]).toEqual([1, 1]);
  expect(warnings).toHaveLength(2);
});
