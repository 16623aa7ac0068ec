import { expect, test } from 'vitest';
import { pathPattern } from '../../../tools/lib/workplans/glob.js';

test.each([
  ['plans/*.md', '/r/plans', ['/r/plans/a.md'], ['/r/plans/x/a.md', '/r/plans/a.txt']],
  ['plans/**/*.md', '/r/plans', ['/r/plans/a.md', '/r/plans/x/y/a.md'], ['/r/a.md']],
  ['pl?ns/a[1].md', '/r', ['/r/plans/a[1].md'], ['/r/plans/a1.md', '/r/pl/ns/a[1].md']],
  ['/abs/wp-*', '/abs', ['/abs/wp-1'], ['/abs/wp/1']],
])('%s', (text, path, matching, others) => {
  const { path: base, pattern } = pathPattern(text, '/r');
  expect(base).toBe(path);
  for (const name of matching) expect(pattern!.test(name), name).toBe(true);
  for (const name of others) expect(pattern!.test(name), name).toBe(false);
});

test('a path is no pattern', () => {
  expect(pathPattern('plans/a.md', '/r')).toEqual({ path: '/r/plans/a.md', pattern: undefined });
});
