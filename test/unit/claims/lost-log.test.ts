/** A claims log that has lost its end: what is known stays, and no epoch is handed out twice. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHistory } from '../../../tools/lib/claims/log.js';
import { readLeases, rebuildViews, saveViews, withClaims } from '../../../tools/lib/claims/store.js';
import type { Workspace } from '../../../tools/lib/root/workspace.js';
import {
  acquireOnce,
  act,
  complete,
  controlFile,
  epochOf,
  messages,
  release,
  turns,
  underLock,
  warn,
} from '../../support/claiming.js';
import { rounds, seededBelow } from '../../support/rounds.js';
import { temporaryWorkspace } from '../../support/workspace.js';

/** Cuts the log behind its first `lines` lines. */
function cutLog(workspace: Workspace, lines: number): void {
  const path = controlFile(workspace, 'claims.jsonl');
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, lines)
      .map(line => `${line}\n`)
      .join(''),
  );
}

test.each([
  ['the views as they were', []],
  ['the index gone after the next op', ['claims.index.json']],
  ['all views gone after the next op', ['claims.index.json', 'claims.finished.table']],
])('of a log that lost its end no epoch comes again: %s', (_name, lost) => {
  const workspace = temporaryWorkspace();
  turns(workspace, 'T-1', 5);
  act(workspace, 'T-2', acquireOnce());
  turns(workspace, 'T-3', 3);
  cutLog(workspace, 4);
  messages.length = 0;
  act(workspace, 'T-4', acquireOnce());
  expect(messages).toEqual([
    expect.stringMatching(/has lost \d+ bytes at its end, up to number 17; .* no epoch comes twice/),
  ]);
  for (const name of lost) rmSync(controlFile(workspace, name));
  act(workspace, 'T-1', acquireOnce());
  expect(epochOf(workspace, 'T-1')).toBeGreaterThan(5);
  act(workspace, 'T-3', acquireOnce());
  expect(epochOf(workspace, 'T-3')).toBeGreaterThan(3);
  expect(readLeases(workspace, warn).has('T-4')).toBe(true);
});

test('of a log that lost its end, what the index knows stays: who holds, and what is completed', () => {
  const workspace = temporaryWorkspace();
  act(workspace, 'T-1', acquireOnce());
  act(workspace, 'T-2', acquireOnce());
  act(workspace, 'T-3', acquireOnce());
  act(workspace, 'T-3', complete);
  cutLog(workspace, 1);
  expect([...readLeases(workspace, warn).keys()]).toEqual(['T-1', 'T-2']);
  act(workspace, 'T-4', acquireOnce(), true);
  expect(underLock(workspace, 'T-2', ({ lease }) => lease?.epoch)).toBe(1);
  expect(underLock(workspace, 'T-4', ({ lease }) => lease !== undefined)).toBe(true);
  expect(underLock(workspace, 'T-3', ({ isCompleted }) => isCompleted)).toBe(true);
  act(workspace, 'T-2', release);
  expect([...readHistory(workspace, warn)].map(({ seq }) => seq)).toEqual([1, 5, 6]);
});

test('a log that is gone, or an older copy that went on, hands out no epoch twice', () => {
  const workspace = temporaryWorkspace();
  turns(workspace, 'T-1', 3);
  rmSync(controlFile(workspace, 'claims.jsonl'));
  act(workspace, 'T-1', acquireOnce());
  expect(epochOf(workspace, 'T-1')).toBeGreaterThan(3);
  act(workspace, 'T-1', release);
  withClaims(workspace, warn, claims => {
    rebuildViews(claims, warn);
    saveViews(claims);
  });
  cutLog(workspace, 0);
  act(workspace, 'T-1', acquireOnce());
  expect(epochOf(workspace, 'T-1')).toBeGreaterThan(8);
});

test('random turns, crashes and cuts: each epoch of a task is handed out once', () => {
  const below = seededBelow(0xe90c);
  const workspace = temporaryWorkspace();
  const path = controlFile(workspace, 'claims.jsonl');
  const given = new Set<string>();
  for (let round = 0; round < rounds(300, 30_000); round++) {
    const taskId = `T-${below(5)}`;
    const held = underLock(workspace, taskId, ({ lease }) => lease);
    if (held) act(workspace, taskId, release);
    else {
      act(workspace, taskId, acquireOnce());
      const { epoch } = readLeases(workspace, warn).get(taskId)!;
      expect(given.has(`${taskId} ${epoch}`)).toBe(false);
      given.add(`${taskId} ${epoch}`);
    }
    const chance = below(12);
    if (chance === 0) cutLog(workspace, below(1 + readFileSync(path, 'utf8').split('\n').length));
    // The gap is in the log by now, so each view alone may go.
    else if (chance === 1) rmSync(controlFile(workspace, 'claims.finished.table'), { force: true });
    else if (chance === 2) rmSync(controlFile(workspace, 'claims.index.json'));
  }
});
