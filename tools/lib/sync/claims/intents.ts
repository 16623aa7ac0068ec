/** `sync/intent.json`: which claims are about to be pushed, on disk before they are. */
import { join } from 'node:path';
import { makePrivate } from '../../disk/directory.js';
import { readText } from '../../disk/read.js';
import { removeFile, setAside } from '../../disk/remove.js';
import { replaceFile } from '../../disk/replace.js';
import { parseAs } from '../../parse-as.js';
import type { ClaimIntent } from '../../record/generated/claim-intent.js';
import { validateClaimIntent } from '../../record/generated/validate-claim-intent.js';
import type { Place } from '../../root/workspace.js';
import { syncDirectory } from '../state.js';
import type { Intents } from './ports.js';

export function openIntents(place: Place, warn: (message: string) => void): Intents {
  const path = join(syncDirectory(place), 'intent.json');
  return {
    read: () => {
      const text = readText(path);
      if (text === undefined) return undefined;
      const intent = parse(text);
      if (!intent) warn(`${setAside(path)} was damaged; a claim that was being pushed may be held by nobody`);
      return intent;
    },
    write: intent => {
      makePrivate(syncDirectory(place));
      replaceFile(path, JSON.stringify(intent), { isDurable: true });
    },
    clear: () => {
      removeFile(path);
    },
  };
}

function parse(text: string): ClaimIntent | undefined {
  return parseAs(text, (value): value is ClaimIntent => validateClaimIntent(value));
}
