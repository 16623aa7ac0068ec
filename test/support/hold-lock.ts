/** A process that holds the lock on a file until it is ended: `hold-lock.ts <lock>`; prints `held` once it does. */
import { systemClock } from '../../tools/lib/clock.js';
import { withLock } from '../../tools/lib/disk/lock.js';

withLock(process.argv[2]!, { clock: systemClock, timeoutMs: 0, guards: 'the test' }, () => {
  process.stdout.write('held\n');
  systemClock.sleepMs(60_000);
});
