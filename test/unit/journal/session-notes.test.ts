import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { findNotes, withNotes } from '../../../tools/lib/journal/session-notes.js';
import { checkProperty } from '../../support/rounds.js';

const DOCUMENT = '# Session 2026-11-24_cls_001\n\n## Notes\n\n';
const found = (file: Uint8Array | string) => {
  const { notes, origin } = findNotes(Buffer.from(file));
  return { notes: notes.toString(), origin };
};

const MARKER = withNotes(DOCUMENT, Buffer.alloc(0)).toString().slice(DOCUMENT.length);

const NOTES = [
  ...[
    '',
    '\n',
    'no newline at the end',
    'mine\n\n## Notes\n\nmore\n',
    '```\nunclosed fence',
    '\r\nwindows\r\n',
  ],
  ...[MARKER, `before\n${MARKER}after\n`, `${DOCUMENT}${MARKER}a summary in a summary\n`, '<!-- unclosed'],
  ...['<!-- agent-ledger:notes 0123456789abcdef a marker by hand -->\n', '# Session x\n', '\u0000', 'ไทย 🙂'],
];

test.each(NOTES)('the notes %j are kept byte for byte', notes => {
  const file = withNotes(DOCUMENT, Buffer.from(notes));
  expect(found(file)).toEqual({ notes, origin: 'ours' });
  const next = withNotes(`${DOCUMENT}new\n`, findNotes(file).notes);
  expect(found(next)).toEqual({ notes, origin: 'ours' });
});

test('any notes are kept byte for byte, below any document', () => {
  const bytes = fastCheck.uint8Array({ maxLength: 40 });
  const notes = fastCheck.oneof(
    bytes,
    fastCheck.constantFrom(...NOTES).map(text => Buffer.from(text)),
  );
  checkProperty(
    fastCheck.property(notes, notes, (first, second) => {
      const file = withNotes(DOCUMENT, Buffer.concat([first, second]));
      expect(findNotes(file)).toEqual({ notes: Buffer.concat([first, second]), origin: 'ours' });
    }),
  );
});

test('a file whose last newline an editor cut off has no notes', () => {
  expect(found(withNotes(DOCUMENT, Buffer.alloc(0)).subarray(0, -1))).toEqual({ notes: '', origin: 'ours' });
});

test('an edit above the notes is noticed, and the notes are still found', () => {
  const edited = withNotes(DOCUMENT, Buffer.from('mine\n')).toString().replace('Session', 'Sitting');
  expect(found(edited)).toEqual({ notes: 'mine\n', origin: 'edited' });
  const windows = withNotes(DOCUMENT, Buffer.from('mine\n')).toString().replaceAll('\n', '\r\n');
  expect(found(windows)).toEqual({ notes: 'mine\r\n', origin: 'edited' });
});

test('a marker that was pasted above the real one does not hide it', () => {
  const document = `# Session\n${MARKER}\n## Notes\n\n`;
  expect(found(withNotes(document, Buffer.from('mine\n')))).toEqual({ notes: 'mine\n', origin: 'ours' });
});

test('a file of another hand is all notes', () => {
  expect(found('# By hand\n')).toEqual({ notes: '\n# By hand\n', origin: 'foreign' });
  const again = withNotes(DOCUMENT, findNotes(Buffer.from('# By hand\n')).notes);
  expect(found(again)).toEqual({ notes: '\n# By hand\n', origin: 'ours' });
  expect(found(' \n')).toEqual({ notes: '', origin: 'foreign' });
});

test('a file that is no text is told from notes', () => {
  expect(found(Buffer.from([0x89, 0x50, 0xff])).origin).toBe('binary');
  expect(found(Buffer.from('utf-16', 'utf16le')).origin).toBe('binary');
});
