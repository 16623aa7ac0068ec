/** A root to measure in, with a daemon. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type Scratch, withScratch } from './scratch.js';

/** What is written in each measurement. */
export const WRITE = ['cls', 'info', 'T-1', 'bench', 'a line of the usual length', '{"a":1}'];

export type DaemonScratch = Scratch & { socket: string };

export type Durability = 'each' | 'relaxed';

/** Runs `action` in a root with a daemon. */
export async function withDaemon<T>(
  durability: Durability,
  action: (scratch: DaemonScratch) => Promise<T>,
): Promise<T> {
  return withScratch(async scratch => {
    const { root, env, ours } = scratch;
    writeFileSync(`${root}/ledger.config.json`, JSON.stringify({ daemon: { durability } }));
    const ledgerd = (verb: string): string => {
      const [file, ...args] = ours('ledgerd', verb, '--json');
      return execFileSync(file!, args, { cwd: root, env, encoding: 'utf8' });
    };
    ledgerd('start');
    try {
      return await action({ ...scratch, socket: JSON.parse(ledgerd('status')).socket });
    } finally {
      ledgerd('stop');
    }
  });
}
