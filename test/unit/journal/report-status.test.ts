import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rebuildStatus, reportStatus } from '../../../tools/lib/journal/report-status.js';
import type { AgentStatus } from '../../../tools/lib/status/fold.js';
import { statusPath } from '../../../tools/lib/status/store.js';
import { wholeDay } from '../../support/chain.js';
import { type Recorder, recorder } from '../../support/recorder.js';
import { rounds, seededRandom } from '../../support/rounds.js';

const AT = '2026-11-24T10:00:00.000+00:00';
const optionsOf = ({ warnings }: Recorder) => ({
  sessionIdleMs: 43_200_000,
  warn: (text: string) => void warnings.push(text),
});
const report = (to: Recorder, given: Partial<Parameters<typeof reportStatus>[2]>) =>
  reportStatus(to.workspace, 'cls', { at: AT, ...given }, optionsOf(to));
const rebuilt = (of: Recorder): AgentStatus | undefined => rebuildStatus(of.workspace, 'cls', optionsOf(of));
const fileOf = ({ workspace }: Recorder): AgentStatus =>
  JSON.parse(readFileSync(statusPath(workspace.root, 'cls'), 'utf8'));

test('what changes the status is in the log too; a sign of life is not', () => {
  const recording = recorder();
  expect(report(recording, { state: 'busy', task_id: 'T-1' })).toMatchObject({ isApplied: true });
  report(recording, { at: '2026-11-24T10:01:00.000+00:00' });
  report(recording, { at: '2026-11-24T10:02:00.000+00:00', state: 'busy' });
  report(recording, { at: '2026-11-24T10:03:00.000+00:00', state: 'error', last_error: 'no disk' });
  const events = wholeDay(recording.dayPath());
  expect(events.map(({ event, data, summary }) => [event, data.state, summary])).toEqual([
    ['info', 'busy', 'cls is busy'],
    ['info', 'error', 'cls is error'],
  ]);
  expect(fileOf(recording)).toMatchObject({ state: 'error', last_error: 'no disk', last_task_id: 'T-1' });
});

test('an older report is not applied, and nothing is written', () => {
  const recording = recorder();
  report(recording, { state: 'busy' });
  const before = readFileSync(statusPath(recording.workspace.root, 'cls'));
  const answer = report(recording, { at: '2025-11-16T10:00:00+07:00', state: 'idle' });
  expect(answer).toMatchObject({ isApplied: false, status: { state: 'busy' } });
  expect(readFileSync(statusPath(recording.workspace.root, 'cls'))).toEqual(before);
  expect(wholeDay(recording.dayPath())).toHaveLength(1);
});

test('a status made from the log again is the one that was there, but for the last heartbeat', () => {
  const recording = recorder({ updatesStatus: true });
  const random = seededRandom(2);
  const pick = <T>(items: readonly T[]): T => items[Math.trunc(random() * items.length)]!;
  for (let round = 0; round < rounds(60, 2000); round++) {
    recording.clock.advanceMs(Math.trunc(random() * 7_200_000));
    const task_id = pick(['T-1', 'T-2', 'system']);
    if (random() < 0.3) {
      const at = new Date(recording.clock.nowMs()).toISOString();
      report(recording, {
        at,
        state: pick(['idle', 'busy', 'error', 'offline']),
        ...(task_id !== 'system' && { task_id }),
      });
    } else {
      const event = pick(['task_start', 'task_result', 'error', 'info']);
      recording.record({ event, task_id, data: random() < 0.1 ? { session: 'end' } : {} });
    }
    if (round % 10 !== 0) continue;
    const kept = fileOf(recording);
    rmSync(statusPath(recording.workspace.root, 'cls'));
    const again = rebuilt(recording)!;
    expect({ ...again, ...times(kept) }).toEqual({ ...kept, ...times(kept) });
  }
});

const times = ({ last_heartbeat, updated_at }: AgentStatus) => ({ last_heartbeat, updated_at });

test('a rebuild keeps keys that are not ours, and knows nothing of an agent without events', () => {
  const recording = recorder();
  expect(rebuilt(recording)).toBeUndefined();
  report(recording, { state: 'busy' });
  const path = statusPath(recording.workspace.root, 'cls');
  writeFileSync(path, JSON.stringify({ ...fileOf(recording), state: 'idle', note: 'mine' }));
  expect(rebuilt(recording)).toMatchObject({ state: 'busy' });
  expect(fileOf(recording)).toMatchObject({ state: 'busy', note: 'mine' });
});

test('a rebuild passes over lines that are no events', () => {
  const recording = recorder();
  report(recording, { state: 'busy' });
  const path = recording.dayPath();
  writeFileSync(path, `${readFileSync(path, 'utf8')}torn\n{"ts":"x","data":{}}\n[1]\n`);
  expect(rebuilt(recording)).toMatchObject({ state: 'busy' });
});

test('a damaged status is set aside and made from the log before the report is applied', () => {
  const recording = recorder();
  report(recording, { state: 'busy', task_id: 'T-7' });
  writeFileSync(statusPath(recording.workspace.root, 'cls'), 'not json');
  const answer = report(recording, { at: '2026-11-24T10:01:00.000+00:00' });
  expect(answer).toMatchObject({ isApplied: true, status: { state: 'busy', last_task_id: 'T-7' } });
  expect(recording.warnings).toEqual([expect.stringMatching(/was not JSON/)]);
});
