/** The daemon's log: one JSON object a line in the control plane, rotated at 1 MB, three old ones kept, no secrets. */
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import { redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

const NAME = 'ledgerd.log';

/** @param directory exists */
export function openLog(directory: string): Log {
  const stream = createStream(NAME, { path: directory, size: '1M', rotate: 3, mode: 0o600 });
  // A disk that is full must not end the daemon; what it cannot say there, nobody can be told.
  stream.on('error', () => undefined);
  stream.on('warning', () => undefined);
  const logger = pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const safely = (message: string): string => redactText(message, BUILT_IN).text;
  return {
    info: message => logger.info(safely(message)),
    warn: message => logger.warn(safely(message)),
    end: () => new Promise(resolve => stream.end(() => resolve())),
  };
}
