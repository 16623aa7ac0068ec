import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../../tools/lib/record/finding.js';
import { inspectStatus, isDamaged } from '../../../tools/lib/status/inspect.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

const AT = '2026-11-24T10:00:00.000+00:00';
const STATUS = {
  ...{ agent: 'cls', state: 'busy', last_heartbeat: AT, last_task_id: null },
  ...{ session_id: null, last_error: null, updated_at: AT },
};

function told(content: string | Buffer, agent?: string): string[] {
  const path = join(temporaryDirectory(), 'status.json');
  writeFileSync(path, content);
  const findings: Finding[] = [];
  inspectStatus({ path, shown: 'status.json', agent }, finding => findings.push(finding));
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

test('a status with more keys than we know, or of nobody in particular, is valid', () => {
  expect(told(JSON.stringify({ ...STATUS, more: [1] }, null, 2), 'cls')).toEqual([]);
  expect(told(JSON.stringify({ ...STATUS, agent: 'andy' }))).toEqual([]);
});

test.each([
  ['json: is not JSON', '{"agent":'],
  ['json: is not JSON', ''],
  ['schema: the record must be of type object', '[]'],
  ['schema: state must be one of idle, busy, error, offline', JSON.stringify({ ...STATUS, state: 'lost' })],
  ['schema: updated_at is not a timestamp', JSON.stringify({ ...STATUS, updated_at: 'yesterday' })],
  ['schema: has no "state"', JSON.stringify({ agent: 'cls' })],
  ['wrong-agent: is of andy', JSON.stringify({ ...STATUS, agent: 'andy' })],
  ['too-long: is longer than 1 MiB', ' '.repeat(1024 * 1024 + 1)],
  ['not-utf8: has bytes', Buffer.concat([Buffer.from('"'), Buffer.of(0xff), Buffer.from('"')])],
])('%s', (expected, content) => {
  expect(told(content, 'cls')[0]).toContain(expected);
});

test('damaged is what says nothing at all', () => {
  const path = join(temporaryDirectory(), 'status.json');
  const isDamagedAs = (content: string): boolean => {
    writeFileSync(path, content);
    return isDamaged(path);
  };
  expect(['', '{', '[]', '1', 'null'].map(isDamagedAs)).toEqual([true, true, true, true, true]);
  expect(['{}', JSON.stringify(STATUS)].map(isDamagedAs)).toEqual([false, false]);
});

test('what is no regular file is refused without waiting for it', () => {
  const directory = temporaryDirectory();
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  mkdirSync(join(directory, 'directory'));
  for (const name of ['pipe', 'directory', 'missing']) {
    const source = { path: join(directory, name), shown: name, agent: 'cls' };
    refusal('disk', () => inspectStatus(source, () => undefined));
  }
});
