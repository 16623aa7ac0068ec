/** Ending on request, or when nobody reads any more what is printed. */
import { whenReaderGoes } from './reader.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Sees to it that `clean` is called before the process ends on request, and that it ends as it would have without. */
export function beforeStopping(clean: () => void): void {
  for (const name of SIGNALS) {
    process.once(name, () => {
      clean();
      process.kill(process.pid, name);
    });
  }
}

/**
 * Aborted when the process is asked to end. From this call on the process does not end by itself on these
 * signals: the caller does.
 */
export function stopSignal(): AbortSignal {
  return stopController().signal;
}

/** As `stopSignal`, and aborted when nobody reads standard output any more. */
export function stopSignalOfPrinter(): AbortSignal {
  const controller = stopController();
  whenReaderGoes(() => controller.abort());
  return controller.signal;
}

function stopController(): AbortController {
  const controller = new AbortController();
  for (const name of SIGNALS) process.once(name, () => controller.abort());
  return controller;
}
