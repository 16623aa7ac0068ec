/**
 * Recognising events in bytes, without parsing them. A reader of a million lines spends most of its time in
 * `JSON.parse`; of a line as our tools write it, a validator needs a handful of fields. A line is recognised
 * when it is one JSON object with the fields of an event in their order, each of which the schema admits. The
 * rules are read from the schema itself; one that is not known here switches recognition off. A line that is
 * not recognised may still be valid: parse it, and let the compiled schema decide.
 */

import { type EventField, readEventFields } from './field.js';
import { Byte, NONE, skipSpace, skipString, skipValue } from './json.js';
import { hasAt, literal, type Scanned, scanned } from './literal.js';
import { RecognisedEvent, type ScannedEvent } from './recognised.js';
import { hasShape } from './shape.js';
import { TimestampScanner } from './timestamp.js';

const MOST_ACCEPTED = 8;
/** ASCII characters that stand for themselves: of these, a text is as long as its bytes and as it is written. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= Byte.Space && byte < 0x7f && byte !== Byte.Quote && byte !== Byte.Backslash ? 1 : 0,
);

const fields = readEventFields();
const lastRequired = fields.findLastIndex(field => field.isRequired);

export class EventScanner {
  private readonly timestamps = new TimestampScanner();
  private scanned: Scanned = scanned(Buffer.alloc(0));
  private bytes: Buffer = this.scanned.bytes;

  /** Turns to other bytes. @param bytes valid UTF-8 */
  open(bytes: Buffer): void {
    this.scanned = scanned(bytes);
    this.bytes = bytes;
  }

  /** The event from `start` to the newline at `end`; undefined when it is not recognised. */
  recognise(start: number, end: number): ScannedEvent | undefined {
    const { bytes } = this;
    if (bytes[start] !== Byte.OpenBrace) return undefined;
    const event = new RecognisedEvent(bytes);
    let at = start + 1;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (!hasAt(this.scanned, at, field.key)) {
        if (field.isRequired) return undefined;
        continue;
      }
      at = this.recogniseValue(skipSpace(bytes, at + field.key.length), field, event);
      if (at === NONE) return undefined;
      if (bytes[at] === Byte.CloseBrace) return at + 1 === end && index >= lastRequired ? event : undefined;
      if (bytes[at] !== Byte.Comma) return undefined;
      at = skipSpace(bytes, at + 1);
    }
    return undefined;
  }

  /** @returns the place after the value, or NONE */
  private recogniseValue(at: number, field: EventField, event: RecognisedEvent): number {
    const { bytes } = this;
    if (field.type === 'integer') return recogniseInteger(bytes, at, field, event);
    if (field.type === 'object') return recogniseData(bytes, at, event);
    if (bytes[at] !== Byte.Quote) return NONE;
    const start = at + 1;
    const end = this.recogniseText(start, field, event);
    if (field.name === 'task_id') {
      event.taskIdStart = start;
      event.taskIdEnd = end;
    }
    const isFitting = end - start >= field.shortest && end - start <= field.longest;
    return end !== NONE && isFitting && bytes[end] === Byte.Quote ? end + 1 : NONE;
  }

  /** @returns the place of the closing quote, or NONE */
  private recogniseText(start: number, field: EventField, event: RecognisedEvent): number {
    if (field.shape) return hasShape(this.bytes, start, field.shape) ? keepShaped(start, field, event) : NONE;
    if (field.pattern) return this.recogniseName(start, field, event);
    if (!field.isTimestamp) return skipString(this.bytes, start);
    const end = plainEnd(this.bytes, start);
    const instantMs = end - start <= field.longest ? this.timestamps.read(this.bytes, start, end) : undefined;
    if (instantMs === undefined) return NONE;
    event.atMs = instantMs;
    event.day = this.timestamps.day;
    return end;
  }

  private recogniseName(start: number, field: EventField, event: RecognisedEvent): number {
    const name = this.knownName(start, field) ?? this.newName(start, field);
    if (name === undefined) return NONE;
    if (field.name === 'agent') event.agent = name;
    else if (field.name === 'event') event.event = name;
    else if (field.name === 'writer') event.writer = name;
    return start + name.length;
  }

  private knownName(start: number, { accepted }: EventField): string | undefined {
    for (let index = 0; index < accepted.length; index++) {
      if (hasAt(this.scanned, start, accepted[index]!.quoted)) return accepted[index]!.text;
    }
    return undefined;
  }

  private newName(start: number, { pattern, accepted, longest }: EventField): string | undefined {
    const end = plainEnd(this.bytes, start);
    if (end - start > longest) return undefined;
    const text = this.bytes.toString('latin1', start, end);
    if (!pattern!.test(text)) return undefined;
    if (accepted.length === MOST_ACCEPTED) accepted.shift();
    accepted.push({ text, quoted: literal(`${text}"`) });
    return text;
  }
}

function recogniseData(bytes: Buffer, start: number, event: RecognisedEvent): number {
  if (bytes[start] !== Byte.OpenBrace) return NONE;
  event.dataStart = start;
  event.dataEnd = skipValue(bytes, start);
  return event.dataEnd;
}

/** Plain digits, at most fifteen: exact whatever they are. */
function recogniseInteger(bytes: Buffer, start: number, field: EventField, event: RecognisedEvent): number {
  let value = 0;
  let at = start;
  for (; bytes[at]! >= Byte.Zero && bytes[at]! <= Byte.Nine; at++)
    value = value * 10 + bytes[at]! - Byte.Zero;
  const hasLeadingZero = bytes[start] === Byte.Zero && at > start + 1;
  if (at === start || at > start + 15 || hasLeadingZero || value < field.minimum) return NONE;
  if (field.name === 'seq') event.seq = value;
  return at;
}

function keepShaped(start: number, { shape, name }: EventField, event: RecognisedEvent): number {
  const end = start + shape!.places.length;
  if (name === 'id') {
    event.idStart = start;
    event.idEnd = end;
  } else if (name === 'prev') {
    event.prevStart = start;
    event.prevEnd = end;
  }
  return end;
}

function plainEnd(bytes: Buffer, start: number): number {
  let end = start;
  while (PLAIN[bytes[end]!] === 1) end++;
  return end;
}
