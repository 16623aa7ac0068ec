/** Telling the ledger, as a part of its own: most steps of a turn leave nothing to tell. */
import type { Call } from '../command.js';
import type { Identity } from './identity.js';
import type { Heard } from './native.js';
import { tell } from './tell.js';

/** @throws Failure when the event could neither be written nor put into the spool */
export function tellLedger(heard: Heard, identity: Identity, call: Call): void {
  tell(heard, identity, call);
}
