/**
 * What a mock agent remembers: a file to which a line is appended, synced, whenever it is asked (`asked`) and when it
 * has done the work of a key (`done`). The lines `done` are its side effects: whoever counts them knows how often
 * each piece of work was done. Without a file it remembers as long as it lives.
 */
import { appendBytes, closeFile, openForAppend } from '../../disk/append.js';
import { readText } from '../../disk/read.js';
import { healTail } from '../../disk/tail.js';
import { parseAs } from '../../parse-as.js';
import { uuidV7 } from '../../record/ids.js';
import { isJsonObject } from '../../record/json.js';
import type { Memory } from './script.js';

interface Note {
  note: 'asked' | 'done';
  key: string;
  response: number;
  payload: string;
}

export class MockMemory {
  readonly byKey = new Map<string, Memory>();

  /** @param path undefined to remember nothing beyond this process */
  constructor(private readonly path: string | undefined) {
    const text = path === undefined ? undefined : readText(path);
    for (const line of text?.split('\n') ?? []) {
      const note = parseAs(line, isNote);
      if (note) this.apply(note);
    }
  }

  note(note: Note): void {
    this.apply(note);
    if (this.path === undefined) return;
    const file = openForAppend(this.path);
    try {
      healTail(file, { id: uuidV7(Date.now()), isWhole: isNote });
      appendBytes(file, Buffer.from(`${JSON.stringify(note)}\n`));
    } finally {
      closeFile(file);
    }
  }

  private apply({ note, key, response, payload }: Note): void {
    const known = this.byKey.get(key) ?? { response, payload, asked: 0, isDone: false };
    if (note === 'asked') known.asked++;
    else known.isDone = true;
    this.byKey.set(key, known);
  }
}

function isNote(value: unknown): value is Note {
  return (
    isJsonObject(value) && ['asked', 'done'].includes(String(value.note)) && typeof value.key === 'string'
  );
}
