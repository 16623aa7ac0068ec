import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, fieldsOf, frameOf } from '../../../tools/lib/daemon/frame.js';
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../../../tools/lib/daemon/request.js';
import { refusal } from '../../support/failure.js';

const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));

test('frames come out of a stream as they went in, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(bytes)),
      fc.array(fc.nat({ max: 50 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(frameOf));
        const reader = new FrameReader();
        const read: Buffer[][] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + 1 + cuts[turn % cuts.length]!;
          for (const frame of reader.push(stream.subarray(at, end))) read.push(fieldsOf(frame));
          at = end;
        }
        expect(read).toEqual(frames);
        expect(reader.isInside).toBe(false);
      },
    ),
  );
});

test.each([
  ['letters', 'hello'],
  ['no length', ':abc,'],
  ['a length that is too long', '99999999:'],
  ['more digits than there are', '000000001:'],
  ['a frame that does not end where it says', '3:abcd'],
])('%s are no frame', (_what, text) => {
  refusal('data', () => new FrameReader().push(Buffer.from(text)));
});

test('10 MiB fit into a frame, one byte more does not', () => {
  const reader = new FrameReader();
  expect(reader.push(Buffer.from('10485760:'))).toEqual([]);
  refusal('data', () => new FrameReader().push(Buffer.from('10485761:')));
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const requests = fc.record({
  name: fc.constantFrom('ledger-write', 'cls-hook'),
  argv: fc.array(text),
  cwd: text,
  environment: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), text),
  terminals: fc.constantFrom('', 'o', 'iom'),
  columns: fc.nat({ max: 9999 }),
  input: fc.option(bytes, { nil: undefined }),
});

test('a request is read as it was written', () => {
  fc.assert(
    fc.property(requests, request => {
      const [frame] = new FrameReader().push(encodeRequest(request));
      const decoded = decodeRequest(frame!);
      expect({ ...decoded, environment: { ...decoded.environment } }).toEqual(request);
    }),
  );
});

test('a reply is read as it was written', () => {
  const prints = fc.array(fc.record({ stream: fc.constantFrom('output', 'messages'), bytes }));
  fc.assert(
    fc.property(fc.option(fc.nat({ max: 255 }), { nil: undefined }), prints, (status, list) => {
      const [frame] = new FrameReader().push(encodeReply({ status, prints: list as never }));
      expect(decodeReply(frame!)).toEqual({ status, prints: list });
    }),
  );
});

test.each([[['2 - 80 0 0', '/', 'x']], [['1 - 80 0 5', '/', 'x']], [['1 z 80 0 0', '/', 'x']], [[]]])(
  '%j is no request',
  fields => {
    const [frame] = new FrameReader().push(frameOf(fields));
    refusal('data', () => decodeRequest(frame!));
  },
);
