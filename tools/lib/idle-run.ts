/**
 * Word from a program to the launcher that started it: this run had nothing to do, and is no example of what
 * the code cache should hold. The two share no module, so the word is left where both can see it.
 */
const WORD = Symbol.for('agent-ledger.idle-run');

type Board = { [WORD]?: boolean };

export function noteIdleRun(): void {
  (globalThis as Board)[WORD] = true;
}

export function wasIdleRun(): boolean {
  return (globalThis as Board)[WORD] === true;
}
