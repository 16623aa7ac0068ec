/**
 * What a reader sees of a text: without the sequences that steer a terminal and the characters nobody sees,
 * so that a token with a colour or a zero-width space inside is one token. Every pattern is linear: after its
 * first characters it consumes what it has read, terminated or not.
 */

const CONTROL_STRING = String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?`;
const CSI = String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`;
const ESCAPE = String.raw`\u001b(?:[ -/]+[0-~]?|[0-Z\\^-~])?`;
const CONTROL = String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]`;
const BIDI = String.raw`[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]`;
/** They shape scripts and emoji, so they go only where they touch plain ASCII. */
const JOINERS = String.raw`(?:[\u00ad\u034f\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]|\udb40[\udc00-\udfff])`;
const INVISIBLE = `(?<=[!-~])${JOINERS}+|(?<!${JOINERS})${JOINERS}+(?=[!-~])`;
/** The same sequences spelled out, as in JSON or in source code. */
const SPELLED = String.raw`\\{1,15}(?:u001[bB]|x1[bB]|033|e)\[[\d;?]{0,32}[A-Za-z]`;

const STEERING = new RegExp([CONTROL_STRING, CSI, ESCAPE, CONTROL, BIDI].join('|'), 'g');
const JOINING = new RegExp(INVISIBLE, 'g');
const UNSEEN_OR_SPELLED = new RegExp([STEERING.source, INVISIBLE, SPELLED].join('|'), 'g');
/** Most texts, and a pattern that is quickly compiled. */
const PLAIN = /^[\t\n\r -[\]-~]*$/;
const HAS_UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0\udb40]|\u034f|[\ufe00-\ufe0f]|\\(?:u001|x1|033\[|e\[)/;

/** Whether the text may differ from what is seen of it. */
export function hasUnseen(text: string): boolean {
  return !PLAIN.test(text) && HAS_UNSEEN.test(text);
}

/** The text without what is not seen. A line ends with `\n`, also where a carriage return began it anew. */
export function stripUnseen(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return hasUnseen(lines) ? lines.replace(STEERING, '').replace(JOINING, '') : lines;
}

export interface View {
  text: string;
  /** Where a place in the view lies in the original. */
  toOriginal(place: number): number;
}

/** What is seen of the text, every place of it traceable. */
export function viewOf(text: string): View {
  let seen = '';
  let from = 0;
  const cuts: { place: number; shift: number }[] = [{ place: 0, shift: 0 }];
  for (const { index, 0: unseen } of text.matchAll(UNSEEN_OR_SPELLED)) {
    seen += text.slice(from, index);
    from = index + unseen.length;
    cuts.push({ place: seen.length, shift: from - seen.length });
  }
  return { text: seen + text.slice(from), toOriginal: place => place + shiftAt(cuts, place) };
}

/** The shift of the last cut at or before `place`. */
function shiftAt(cuts: { place: number; shift: number }[], place: number): number {
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cuts[middle]!.place <= place) low = middle;
    else high = middle - 1;
  }
  return cuts[low]!.shift;
}
