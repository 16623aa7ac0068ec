/** What a person, or a program, sees of a run while it is driven. */
import { formatElapsed } from '../../clock.js';
import { visible } from '../../record/ids.js';
import type { Watcher } from '../../runs/driven.js';
import type { Entry, ResultNews } from '../../runs/entry.js';
import type { RunFold } from '../../runs/move.js';
import { nameOf } from '../../runs/tell.js';
import type { Call } from '../command.js';

const CLEAR = '\r\u001b[K';
const TICK_MS = 1000;

export interface Progress extends Watcher {
  end(): void;
}

/** JSON lines with `--json`, nothing with `--quiet`, else a line a step; on a terminal the present one is alive. */
export function watchRun({ args, io }: Call): Progress {
  if (args.isSet('json')) {
    const print = (value: object): void => io.print(`${JSON.stringify(value)}\n`);
    return {
      onEntry: print,
      onMessage: (message, step) => print({ ...message, step }),
      end: () => undefined,
    };
  }
  if (args.isSet('quiet')) {
    return { onEntry: () => undefined, onMessage: () => undefined, end: () => undefined };
  }
  return watchLines(io.print, io.isTerminal('output'));
}

function watchLines(print: (text: string) => void, isAlive: boolean): Progress {
  let timer: NodeJS.Timeout | undefined;
  let note = '';
  const end = (): void => {
    clearInterval(timer);
    if (timer) print(CLEAR);
    timer = undefined;
  };
  return {
    end,
    onEntry: (entry, run) => {
      end();
      const line = lineOf(entry, run);
      if (line !== undefined) print(`${visible(line)}\n`);
      if (entry.op !== 'intent' || !isAlive) return;
      const startMs = performance.now();
      note = '';
      const draw = (): void =>
        print(
          `${CLEAR}${`${nameOf(entry)} … ${formatElapsed(performance.now() - startMs)} ${note}`.slice(0, 79)}`,
        );
      timer = setInterval(draw, TICK_MS);
      draw();
    },
    onMessage: message => {
      if (message.kind === 'log') note = visible(message.message.slice(0, 80));
      if (message.kind === 'event') note = visible(message.summary ?? message.event).slice(0, 80);
    },
  };
}

/** One line for what happened; undefined for what needs none. */
function lineOf(entry: Entry, { started, plan, byId }: RunFold): string | undefined {
  switch (entry.op) {
    case 'started':
      return `${started.run}: ${started.task_id}, ${plan.steps.length} steps`;
    case 'resumed':
      return `${started.run}: ${started.task_id}, resumed`;
    case 'result':
      return `${nameOf(entry)} (${byId.get(entry.step)?.step.agent}): ${resultText(entry)}`;
    case 'completed':
      return `${started.run}: completed`;
    case 'failed':
    case 'aborted':
      return `${started.run}: ${entry.op}: ${entry.reason}`;
    default:
      return undefined;
  }
}

function resultText({ outcome, reason, duration_ms }: ResultNews): string {
  const elapsed = formatElapsed(duration_ms);
  if (outcome === 'done') return `done, ${elapsed}`;
  return outcome === 'failed' ? `failed, ${elapsed}: ${reason}` : `asks for changes, ${elapsed}`;
}
