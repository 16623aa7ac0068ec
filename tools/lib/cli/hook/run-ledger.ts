/** Where a wrapper records: it may wait a little, and never fails the command. */

import { type Capture, capturing } from '../../clients/captured.js';
import type { Notice, NoticeContent } from '../../clients/notice.js';
import { timestampNow } from '../../clock.js';
import { Failure } from '../../failure.js';
import { deliverNotices } from '../../journal/deliver.js';
import { reportStatus } from '../../journal/report-status.js';
import { spoolDirectory, spoolNotice } from '../../journal/spool.js';
import type { LedgerEvent } from '../../record/event.js';
import { locate, openWorkspace, type Place } from '../../root/workspace.js';
import type { Call } from '../command.js';
import { dayOptions, hookConfig, unlessLocked } from './tell.js';

const PATIENCE_MS = 2000;

export interface RunLedger {
  place: Place;
  /** How often to give a sign of life, in ms. */
  beatEveryMs: number;
  /** @returns the last event; undefined when the notices wait in the spool */
  tell(notices: Notice[]): LedgerEvent | undefined;
  /** A sign of life; left out when the files are locked. */
  beat(): void;
  notice(content: NoticeContent): Notice;
  capture: Capture;
}

/** @throws Failure `setup` without a root */
export function openRunLedger(agent: string, call: Call): RunLedger {
  const { args, io } = call;
  const { clock } = io;
  const place = locate({ cwd: io.cwd, flag: args.value('root'), environment: io.environment });
  const config = hookConfig(place, call);
  const options = dayOptions(config, call);
  const workspace = (lockTimeoutMs: number) => openWorkspace(place, { clock, lockTimeoutMs });
  return {
    place,
    beatEveryMs: config.hooks.heartbeat_s * 1000,
    notice: content => ({ at: timestampNow(clock), worktree: place.worktree, ...content }),
    capture: capturing(options.rules),
    tell: notices => {
      const outcome = unlessLocked(() => deliverNotices(workspace(PATIENCE_MS), agent, notices, options));
      if (outcome === undefined) {
        for (const notice of notices) spoolNotice(spoolDirectory(place, agent), notice, clock);
      }
      const last = outcome?.at(-1);
      if (last instanceof Failure) throw last;
      return last?.event;
    },
    beat: () => {
      unlessLocked(() => reportStatus(workspace(0), agent, { at: timestampNow(clock) }, options));
    },
  };
}
