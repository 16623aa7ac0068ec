import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { parseSessionId, type SessionName, shorten } from '../record/ids.js';

/** @returns the session that `text` names; throws Failure `data` when it is no session id */
export function sessionNamed(text: string): SessionName {
  const name = validSession(text);
  if (name) return name;
  throw new Failure('data', `"${shorten(text)}" is not a session id; one looks like 2026-11-24_cls_001`);
}

/**
 * The session that was asked for. One from the environment is for its own agent only: an agent started by
 * another inherits its environment.
 */
export function sessionFor(
  agent: string,
  flag: string | undefined,
  inherited: string | undefined,
): string | undefined {
  if (flag === undefined)
    return inherited && parseSessionId(inherited)?.agent === agent ? inherited : undefined;
  if (validSession(flag)?.agent === agent) return flag;
  throw new Failure(
    'data',
    `"${shorten(flag)}" is not a session of ${agent}; a session id looks like 2026-11-24_${agent}_001`,
  );
}

function validSession(text: string): SessionName | undefined {
  const name = parseSessionId(text);
  return name && parseTimestamp(`${name.day}T00:00:00Z`) !== undefined ? name : undefined;
}
