import { expect, test } from 'vitest';
import { sessionFor } from '../../../tools/lib/cli/session.js';
import { refusal } from '../../support/failure.js';

const ID = '2026-11-24_cls_007';

test('what is asked for wins over what is inherited', () => {
  expect(sessionFor('cls', ID, '2026-11-24_cls_001')).toBe(ID);
  expect(sessionFor('cls', undefined, ID)).toBe(ID);
  expect(sessionFor('cls', undefined, undefined)).toBeUndefined();
});

test('a session inherited from another agent, or from nonsense, is not taken', () => {
  for (const inherited of ['2026-11-24_andy_001', '', 'nonsense', '../x']) {
    expect(sessionFor('cls', undefined, inherited)).toBeUndefined();
  }
});

test.each(['2026-11-24_andy_001', 'nonsense', '', '2026-02-30_cls_001', '2026-13-01_cls_001', `${ID}\n`])(
  'asking for %j is refused',
  flag => {
    expect(refusal('data', () => sessionFor('cls', flag, undefined))).toMatch(
      /is not a session of cls; .*2026-11-24_cls_001/,
    );
  },
);
