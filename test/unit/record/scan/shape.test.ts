import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { hasShape, shapeOf } from '../../../../tools/lib/record/scan/shape.js';
import { checkProperty } from '../../../support/rounds.js';

test.each(['^[0-9a-f]{64}$', '^[0-9a-f]{8}-[0-9a-f]{4}$', '^[a-z][a-z0-9_-]{3}$', '^a-b_c$'])(
  'the shape of %s accepts what the pattern accepts',
  pattern => {
    const shape = shapeOf(pattern)!;
    const length = shape.places.length;
    const texts = fastCheck.string({
      unit: fastCheck.constantFrom(...'09afgz-_AB {\u0000ÿ'),
      minLength: length,
      maxLength: length,
    });
    const likely = fastCheck.string({
      unit: fastCheck.constantFrom(...'0af-'),
      minLength: length,
      maxLength: length,
    });
    checkProperty(
      fastCheck.property(fastCheck.oneof(texts, likely, fastCheck.constant('a'.repeat(length))), text => {
        const bytes = Buffer.from(`"${text}"`, 'latin1');
        expect(hasShape(bytes, 1, shape)).toBe(new RegExp(pattern).test(text));
      }),
    );
    expect(hasShape(Buffer.from('a'), 0, shape)).toBe(false);
  },
);

test.each([
  '[0-9]',
  '^[0-9]+$',
  '^[0-9]{1,2}$',
  '^[^a]$',
  '^a.b$',
  '^\\d$',
  '^(?:a)$',
  '^a?$',
  '^$',
  '^a|b$',
])('%s has no shape', pattern => expect(shapeOf(pattern)).toBeUndefined());
