/** The status of an agent as its log tells it, for when the view is missing, damaged or doubted. */
import { parseTimestamp } from '../clock.js';
import { linesOf, readChunks } from '../disk/read.js';
import { type DayOptions, looseEvent, sessionLine } from '../ledger/day.js';
import { listDayFiles } from '../ledger/day-file.js';
import { foldSession, type Head } from '../ledger/head.js';
import type { HeldAgent } from '../root/workspace.js';
import { type AgentStatus, applyReport, reportOf } from '../status/fold.js';
import { readStatus, setAsideDamaged, statusPath } from '../status/store.js';

/** The stored status; one that is damaged is set aside and made from the log. */
export function currentStatus(held: HeldAgent, options: DayOptions): Partial<AgentStatus> | undefined {
  const status = readStatus(statusPath(held.workspace.root, held.agent));
  return status === undefined && setAside(held, options) ? foldStatus(held, options) : status;
}

/** Moves a status file that is not JSON out of the way and says so. */
export function setAside(held: HeldAgent, { warn }: DayOptions): boolean {
  const aside = setAsideDamaged(held);
  if (aside === undefined) return false;
  warn(`the status of ${held.agent} was not JSON; it is kept as ${aside} and made again from the ledger`);
  return true;
}

/** @returns undefined when the agent has no events of this writer */
export function foldStatus(
  { workspace, agent }: HeldAgent,
  { sessionIdleMs }: DayOptions,
): AgentStatus | undefined {
  const sessions: Pick<Head, 'sessions' | 'open'> = { sessions: 0, open: [] };
  let status: AgentStatus | undefined;
  for (const { path, day, writer } of listDayFiles(workspace.root, { agent })) {
    if (writer !== undefined) continue;
    for (const chunk of readChunks(path)) {
      for (const { bytes } of linesOf(chunk)) {
        const event = looseEvent(bytes);
        if (!event || parseTimestamp(event.ts) === undefined) continue;
        foldSession(sessions, sessionLine(event), { agent, day }, sessionIdleMs);
        status = applyReport(agent, status, reportOf(event, sessions.open.length)) ?? status;
      }
    }
  }
  return status;
}
