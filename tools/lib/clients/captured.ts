/** The one place where text taken from clients and commands becomes fit for the ledger. */
const LONGEST = 1000;
const ENDING = '… (truncated)';

/** Without control sequences and secrets, and at most 1,000 characters, cut at a whole code point. */
export function captured(text: string): string {
  const whole = plain(text.slice(0, 64 * 1024));
  if (whole.length <= LONGEST) return whole;
  const characters = [...whole.slice(0, 2 * LONGEST + 2)];
  if (characters.length <= LONGEST && whole.length <= 2 * LONGEST) return whole;
  return characters.slice(0, LONGEST - [...ENDING].length).join('') + ENDING;
}

/** The same of the end of a text: what a command said last. */
export function capturedEnd(text: string): string {
  return [...plain(text)].slice(-LONGEST).join('').trim();
}

function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
