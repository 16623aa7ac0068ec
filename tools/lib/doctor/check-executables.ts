/** Whether what clients and timers call is there, also where PATH has next to nothing and no shell logs in. */
import { shimPath } from '../setup/clients/client.js';
import { commandOf } from '../setup/hook-list.js';
import { shellWord } from '../setup/quote.js';
import { wireAgain } from './check-clients.js';
import { type Finding, finding } from './finding.js';
import type { WiredClient, World } from './world.js';

const BARE_PATH = '/usr/bin:/bin';
const SHIM = 'status-update';

/** Each command that a configuration has, once, with the arguments it is called with. */
export function commandsOf({ hooks }: WiredClient): { command: string; words: string[] | undefined }[] {
  const commands = new Map<string, string[] | undefined>();
  for (const { hook } of hooks) {
    const isExact = typeof hook.command === 'string' && Array.isArray(hook.args);
    commands.set(commandOf(hook), isExact ? [hook.command as string, ...(hook.args as string[])] : undefined);
  }
  return [...commands].map(([command, words]) => ({ command, words }));
}

export function checkHooksStart(world: World): Finding[] {
  return world.clients.flatMap(wired =>
    commandsOf(wired)
      .filter(({ command, words }) => {
        const asked =
          words === undefined ? ['/bin/sh', '-c', `${command} --version`] : [...words, '--version'];
        return !isStarted(world, asked, /^(?:cls|andy|hybrid)-hook /);
      })
      .map(({ command }) => {
        const { client, path, hooks } = wired;
        const isOurs = hooks.some(({ hook, isOurs: ours }) => ours && commandOf(hook) === command);
        const message = `${client.title} calls "${command}" (${path}), which starts nothing where PATH is ${BARE_PATH}`;
        return finding(
          'hook-not-found',
          message,
          isOurs ? wireAgain(wired) : `\${EDITOR:-vi} ${shellWord(path)}`,
        );
      }),
  );
}

/** Timers call a shim too; whoever has no timer has none. */
export function checkTimerShim(world: World): Finding[] {
  const shim = shimPath(world.home, SHIM);
  if (world.look(shim) === undefined || isStarted(world, [shim, '--version'], /^status-update /)) return [];
  const message = `timers call ${shim}, which starts nothing where PATH is ${BARE_PATH}`;
  return [finding('shim-not-found', message, 'ledger-init --client cron')];
}

function isStarted({ home, start }: World, words: string[], answer: RegExp): boolean {
  return answer.test(start({ words, environment: { HOME: home, PATH: BARE_PATH } }) ?? '');
}
