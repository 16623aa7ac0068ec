/** What wiring changes: texts that belong to somebody else, or files of our own in somebody else's directory. */
import { type AmendModes, amendFile, readForeign, removeForeign } from '../disk/amend.js';
import { Failure } from '../failure.js';
import type { HookFormat } from './edit-hooks.js';
import type { HookEvent } from './hook-list.js';

/** A text after an edit. */
export interface Edited {
  text: string;
  /** Nothing is in it that was not ours. */
  isEmpty: boolean;
  /** What the person should know. */
  notes: string[];
}

/** Where a text is kept. */
export interface Store {
  /** For people, and the key of its record. */
  name: string;
  read(): Snapshot;
}

/** A text as it was when it was read. */
export interface Snapshot {
  /** Undefined when there is none. */
  bytes: Buffer | undefined;
  /**
   * Puts `content` in its place, or removes it.
   * @param made the topmost directory that was made for it; it is removed with it when nothing else is there
   * @returns the topmost directory that was made now
   * @throws Failure `contention` when it is no longer as it was read
   */
  write(content: Buffer | undefined, made?: string): string | undefined;
}

export interface Target {
  store: Store;
  install(text: string | undefined): Edited;
  remove(text: string): Edited;
  /** The whole file is ours, whoever made it. */
  isOwn: boolean;
  /** It is a client's configuration, and what of ours belongs into it. */
  hooks?: { format: HookFormat; wanted: HookEvent[] };
}

const USER: AmendModes = { file: 0o600, directory: 0o700 };
const PROJECT: AmendModes = { file: 0o644, directory: 0o755 };

/** A file: private in a person's home, ordinary in a project. */
export function fileStore(path: string, scope: 'user' | 'project', isExecutable = false): Store {
  const modes = scope === 'user' ? USER : PROJECT;
  const file = isExecutable ? 0o755 : modes.file;
  return {
    name: path,
    read() {
      const foreign = readForeign(path);
      return {
        bytes: foreign.bytes,
        write: (content, made) =>
          content === undefined
            ? void removeForeign(foreign, made)
            : amendFile(foreign, content, { ...modes, file }),
      };
    },
  };
}

/** In every file that is ours as a whole. */
export const OWN_MARK = 'Made by ledger-init of agent-ledger';

/** A file that is ours as a whole. `text` bears OWN_MARK. */
export function ownFile(store: Store, text: string): Target {
  const assertOurs = (old: string | undefined): void => {
    if (old === undefined || old.trim() === '' || old.includes(OWN_MARK)) return;
    throw new Failure('data', 'somebody else made it; move it away or wire it by hand');
  };
  return {
    store,
    isOwn: true,
    install(old) {
      assertOurs(old);
      return { text, isEmpty: false, notes: [] };
    },
    remove(old) {
      assertOurs(old);
      return { text: '', isEmpty: true, notes: [] };
    },
  };
}
