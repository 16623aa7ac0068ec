import { expect, test } from 'vitest';
import { tell } from '../../support/deliver.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

test('opencode: a file that was edited belongs to the only turn that is open in its worktree', () => {
  const workspace = temporaryWorkspace(testClock(new Date().toISOString()));
  const say = (type: string, properties: object, worktree = 'main') =>
    tell({ workspace: { ...workspace, worktree } }, JSON.stringify({ type, properties }));
  const prompt = (sessionID: string, worktree?: string) =>
    say('message.updated', { info: { id: `msg_${sessionID}`, sessionID, role: 'user' } }, worktree);
  const filesAfter = (sessionID: string, worktree?: string) =>
    say('session.idle', { sessionID }, worktree).at(-1)!.data.files_touched;
  say('file.edited', { file: '/w/nobody.ts' });
  prompt('ses_1');
  prompt('ses_2', 'other');
  say('file.edited', { file: '/w/a.ts' });
  say('file.edited', { file: '/w/b.ts' }, 'other');
  prompt('ses_3');
  say('file.edited', { file: '/w/either.ts' });
  expect(filesAfter('ses_1')).toEqual(['/w/a.ts']);
  say('file.edited', { file: '/w/c.ts' });
  expect(filesAfter('ses_3')).toEqual(['/w/c.ts']);
  expect(filesAfter('ses_2', 'other')).toEqual(['/w/b.ts']);
});
