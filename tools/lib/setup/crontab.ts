/**
 * The person's crontab, which only the `crontab` command may touch. It ends with status 1 both when there is no
 * crontab and when it may not be read; in the second case it will not take one either, so nothing is lost.
 */
import { builtin } from '../builtin.js';
import { errnoOf } from '../disk/errno.js';
import { Failure } from '../failure.js';
import type { Store } from './target.js';

type Environment = Record<string, string | undefined>;

/** @param label tells apart what is remembered of the timers in it */
export function crontabStore(environment: Environment, label: string): Store {
  return {
    name: `crontab:${label}`,
    read() {
      const bytes = readCrontab(environment);
      return {
        bytes,
        write(content) {
          const now = readCrontab(environment);
          const isSame = now === undefined ? bytes === undefined : bytes !== undefined && now.equals(bytes);
          if (!isSame) {
            throw new Failure(
              'contention',
              'the crontab was changed by another program just now; run it again',
            );
          }
          if (content === undefined) crontab(['-r'], environment);
          else crontab(['-'], environment, content);
          return undefined;
        },
      };
    },
  };
}

function readCrontab(environment: Environment): Buffer | undefined {
  const { status, stdout, stderr } = runCrontab(['-l'], environment);
  if (status === 0) return stdout;
  if (status === 1 && stdout.length === 0) return undefined;
  throw refusal(stderr);
}

function crontab(args: string[], environment: Environment, input?: Buffer): void {
  const { status, stderr } = runCrontab(args, environment, input);
  if (status !== 0) throw refusal(stderr);
}

interface Ended {
  status: number | null;
  stdout: Buffer;
  stderr: Buffer;
}

function runCrontab(args: string[], environment: Environment, input?: Buffer): Ended {
  const { spawnSync } = builtin('node:child_process');
  const ended = spawnSync('crontab', args, { env: environment, ...(input && { input }) });
  if (ended.error === undefined) return ended;
  if (errnoOf(ended.error) !== 'ENOENT') throw ended.error;
  throw new Failure('setup', 'there is no crontab command; use --client systemd or --client launchd');
}

function refusal(stderr: Buffer): Failure {
  const said = stderr.toString().trim().split('\n', 1)[0];
  return new Failure('unsafe', `the crontab command refused${said ? `: ${said}` : ''}`);
}
