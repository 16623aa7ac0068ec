import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { parseSessionId, shorten } from '../record/ids.js';

/**
 * The session that was asked for. One from the environment is for its own agent only: an agent started by
 * another inherits its environment.
 */
export function sessionFor(
  agent: string,
  flag: string | undefined,
  inherited: string | undefined,
): string | undefined {
  if (flag === undefined) return parseSessionId(inherited ?? '')?.agent === agent ? inherited : undefined;
  const name = parseSessionId(flag);
  const isDay = name !== undefined && parseTimestamp(`${name.day}T00:00:00Z`) !== undefined;
  if (isDay && name.agent === agent) return flag;
  throw new Failure(
    'data',
    `"${shorten(flag)}" is not a session of ${agent}; a session id looks like 2026-11-24_${agent}_001`,
  );
}
