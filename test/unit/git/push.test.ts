import { expect, test } from 'vitest';
import { parsePush } from '../../../tools/lib/git/push.js';

const REF = 'refs/heads/ledger';

test.each([
  ['landed', 'To r\n*\tabc:refs/heads/ledger\t[new branch]\nDone\n', 0],
  ['landed', '', 0],
  ['refused', 'To r\n!\tabc:refs/heads/ledger\t[rejected] (stale info)\n', 1],
  ['refused', 'To r\n!\tabc:refs/heads/ledger\t[remote rejected] (pre-receive hook declined)\n', 1],
  ['unknown', '', 128],
  ['unknown', 'To r\n!\tabc:refs/heads/other\t[rejected]\n', 128],
  ['unknown', ' \tabc:refs/heads/ledger\tx..y\n', 1],
] as const)('a push is %s', (outcome, porcelain, status) => {
  expect(parsePush(porcelain, REF, status)).toBe(outcome);
});
