/**
 * Telling the ledger, without waiting. When the agent's lock is free the notice becomes its events at once.
 * When it is not, the notice goes to the spool, where nothing has to be waited for, and one short second try
 * is made; whoever calls a hook of that agent next delivers what is left, in order.
 */
import { captureEvent, captureSignal, capturing } from '../../clients/captured.js';
import type { Notice, NoticeContent } from '../../clients/notice.js';
import { timestampNow } from '../../clock.js';
import { Failure } from '../../failure.js';
import { deliverNotices } from '../../journal/deliver.js';
import { spoolDirectory, spoolNotice } from '../../journal/spool.js';
import { wrapperDirectory } from '../../journal/wrapper.js';
import type { DayOptions } from '../../ledger/day.js';
import { readConfig, sessionIdleMs } from '../../ledger/settings.js';
import { type Config, parseConfig } from '../../record/config.js';
import { eventId } from '../../record/ids.js';
import { redactData } from '../../redact/redact-data.js';
import { BUILT_IN, compileRules, type Rules } from '../../redact/rules.js';
import { gitPlaceAbove } from '../../root/find.js';
import { locate, openWorkspace, type Place } from '../../root/workspace.js';
import type { Call } from '../command.js';
import type { Identity } from './identity.js';
import type { Heard } from './native.js';

const SECOND_TRY_MS = 100;

/** @throws Failure when the event could neither be written nor put into the spool */
export function tell(heard: Heard, identity: Identity, call: Call): void {
  const { io } = call;
  const place = placeFor(heard, call);
  const config = hookConfig(place, call);
  const options = dayOptions(config, call);
  const content = contentOf(captureHeard(heard, options.rules), identity, place, call);
  const id = call.args.value('id');
  const notice: Notice = {
    ...{ at: timestampNow(io.clock), worktree: place.worktree },
    ...(id !== undefined && { id: eventId(id) }),
    ...content,
  };
  const wrapper = wrapperDirectory(place, identity.agent, io.environment.LEDGER_WRAPPER);
  if (wrapper !== undefined && notice.kind === 'signal') {
    spoolNotice(wrapper, notice, io.clock);
    return;
  }
  const deliver = (notices: Notice[], lockTimeoutMs: number): true | undefined =>
    unlessLocked(() => {
      const workspace = openWorkspace(place, { clock: io.clock, lockTimeoutMs });
      const outcomes = deliverNotices(workspace, identity.agent, notices, options);
      for (const outcome of outcomes) if (outcome instanceof Failure) throw outcome;
      return true;
    });
  if (deliver([notice], 0)) return;
  spoolNotice(spoolDirectory(place, identity.agent), notice, io.clock);
  deliver([], SECOND_TRY_MS);
}

/** The root by the hook's working directory, else by the client's: some run hooks elsewhere. */
function placeFor(heard: Heard, { args, io }: Call): Place {
  const { cwd, environment } = io;
  const flag = args.value('root');
  const client = heard.kind === 'signal' ? heard.signal.cwd : undefined;
  try {
    return locate({ cwd, flag, environment });
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'setup' || !client?.startsWith('/')) throw error;
    return locate({ cwd: client, flag, environment });
  }
}

/** What is heard, fit for the ledger and for the spool before it. A person's own data keeps its length. */
function captureHeard(heard: Heard, rules: Rules): Heard {
  const capture = capturing(rules);
  if (heard.kind === 'signal') return { ...heard, signal: captureSignal(heard.signal, capture) };
  if (!heard.isGiven) return { ...heard, event: captureEvent(heard.event, capture) };
  const { summary, data } = captureEvent({ ...heard.event, data: {} }, capture);
  const given = redactData(heard.event.data, rules);
  const redactions = [
    ...new Set([...given.rules, ...((data.redactions as string[] | undefined) ?? [])]),
  ].sort();
  const safe = redactions.length > 0 ? { ...given.data, redactions } : given.data;
  return { ...heard, event: { ...heard.event, summary, data: safe } };
}

function contentOf(heard: Heard, identity: Identity, place: Place, { args, io }: Call): NoticeContent {
  const { taskId, sessionId } = identity;
  if (heard.kind === 'event') return { kind: 'event', event: { session_id: sessionId, ...heard.event } };
  const { signal } = heard;
  const bases = signal.files?.length ? basesOf(place, signal.cwd ?? io.cwd) : [];
  return { kind: 'signal', signal, bases, taskId, sessionId, recordsTools: args.isSet('tools') };
}

/** File names are shortened by the worktree they lie in, then by the root. */
export function basesOf(place: Place, cwd: string): string[] {
  const top = gitPlaceAbove(cwd)?.top;
  return [...(top === undefined ? [] : [top]), place.root, cwd];
}

/** A configuration that is wrong must not cost the event. */
export function hookConfig(place: Place, { args, io, warn }: Call): Config {
  try {
    return readConfig(place.root, io.environment, warn);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'data' || args.isSet('strict')) throw error;
    warn(`${error.message}; the defaults are used`);
    return parseConfig(undefined, {}, warn);
  }
}

export function dayOptions(config: Config, call: Call): DayOptions & { rules: Rules } {
  const rules = rulesOf(config, call);
  call.io.messageRules = rules;
  return { sessionIdleMs: sessionIdleMs(config), warn: call.warn, rules };
}

function rulesOf(config: Config, { args, warn }: Call): Rules {
  try {
    return compileRules(config.redact);
  } catch (error) {
    if (!(error instanceof Failure) || args.isSet('strict')) throw error;
    warn(`${error.message}; the built-in rules are used`);
    return BUILT_IN;
  }
}

/** @returns undefined when another process holds the lock */
export function unlessLocked<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'contention') return undefined;
    throw error;
  }
}
