/** A root in a temporary directory, removed when the test ends, and a clock the test drives. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../tools/lib/clock.js';
import { locate, openWorkspace, type Workspace } from '../../tools/lib/root/workspace.js';

export interface TestClock extends Clock {
  /** Moves the clock on, or back for a negative number. */
  advanceMs(durationMs: number): void;
  setMs(instantMs: number): void;
}

export function testClock(start = '2026-11-24T10:00:00.000Z', offsetMinutes = 0): TestClock {
  let nowMs = Date.parse(start);
  return {
    nowMs: () => nowMs,
    offsetMinutes: () => offsetMinutes,
    sleepMs: durationMs => {
      nowMs += durationMs;
    },
    advanceMs: durationMs => {
      nowMs += durationMs;
    },
    setMs: instantMs => {
      nowMs = instantMs;
    },
  };
}

/** An empty directory, by its real path. */
export function temporaryDirectory(): string {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'agent-ledger-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An empty root outside git, whose control plane lies beside it. */
export function temporaryWorkspace(clock: Clock = testClock()): Workspace {
  const directory = temporaryDirectory();
  const root = join(directory, 'root');
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  const environment = { XDG_STATE_HOME: join(directory, 'state') };
  return openWorkspace(locate({ cwd: root, environment }), { clock, lockTimeoutMs: 1000 });
}

/** The lines of a file, without the last newline. */
export function linesIn(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}
