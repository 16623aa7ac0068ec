/** Starting the daemon in the background, and asking one that is there. */
import { builtin } from '../builtin.js';
import { Failure } from '../failure.js';
import { exchange } from './exchange.js';
import { encodeRequest, type Reply } from './request.js';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 10;
const ASK_MS = 2000;

/** What is sent to the daemon itself. */
export type Errand = 'ping' | 'status' | 'shutdown' | 'register' | 'unregister';

/** Sends an errand to the first socket that answers. @returns undefined when none does */
export async function ask(
  sockets: string[],
  errand: Errand,
  argv: string[] = [],
): Promise<Reply | undefined> {
  const request = encodeRequest({
    ...{ name: errand, argv, cwd: '/', environment: {}, terminals: '', columns: 80 },
    input: undefined,
  });
  for (const socket of sockets) {
    const reply = await exchange(socket, request, ASK_MS);
    if (reply?.status !== undefined) return reply;
  }
  return undefined;
}

/**
 * Starts a command that serves, detached from this process, and waits until `isThere` says that it does.
 * @throws Failure `setup` when it ends or does not get there in time, with what it said
 */
export async function startInBackground(
  command: string[],
  environment: NodeJS.ProcessEnv,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const [file, ...args] = command as [string, ...string[]];
  const child = builtin('node:child_process').spawn(file, args, {
    ...{ cwd: '/', env: environment, detached: true },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let hasEnded = false;
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  child.once('error', error => {
    said += error.message;
    hasEnded = true;
  });
  child.once('exit', () => {
    hasEnded = true;
  });
  const untilMs = performance.now() + PATIENCE_MS;
  while (!(await isThere())) {
    if (hasEnded || performance.now() > untilMs) {
      // Of two that are started at once one loses: then the other is there.
      if (await isThere()) break;
      child.kill();
      throw new Failure('setup', said.trim().split('\n').at(-1) || 'ledgerd did not begin to listen');
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  child.stderr.destroy();
  child.unref();
}
