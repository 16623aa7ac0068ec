/** The one place where text taken from clients and commands becomes fit for the ledger. */
const LONGEST = 1000;
const ENDING = '… (truncated)';

/** Without control sequences, and at most 1,000 characters, cut at a whole code point. */
export function captured(text: string): string {
  const plain = text
    .slice(0, 64 * 1024)
    .toWellFormed()
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
  const characters = plain.length <= LONGEST ? undefined : [...plain];
  if (characters === undefined || characters.length <= LONGEST) return plain;
  return characters.slice(0, LONGEST - ENDING.length).join('') + ENDING;
}
