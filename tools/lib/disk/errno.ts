import { Failure } from '../failure.js';

const UNSAFE = new Set(['EACCES', 'EPERM', 'ELOOP']);
const DISK = new Set([
  ...[
    'ENOSPC',
    'EDQUOT',
    'EIO',
    'EROFS',
    'EFBIG',
    'EMFILE',
    'ENFILE',
    'ENOTDIR',
    'EISDIR',
    'EEXIST',
    'ENOENT',
  ],
  ...[
    'ENAMETOOLONG',
    'EBUSY',
    'ESTALE',
    'ETXTBSY',
    'ENOLCK',
    'EINTR',
    'ENXIO',
    'ENODEV',
    'ENOTEMPTY',
    'EXDEV',
    'UNKNOWN',
  ],
]);

/** Errors that Node has no name for: a quota that is used up, a file system without locks. */
const UNNAMED: Record<string, string> =
  process.platform === 'darwin'
    ? { '-69': 'EDQUOT', '-77': 'ENOLCK' }
    : { '-122': 'EDQUOT', '-37': 'ENOLCK' };

/** The system's error code of anything thrown, e.g. `ENOENT`; undefined for other errors. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
  // Nearly every code. To compile the pattern costs more than the failed call.
  if (!error.code.startsWith('U')) return error.code;
  const number = /^Unknown system error (-\d+)$/.exec(error.code)?.[1];
  if (error.code !== 'UNKNOWN' && number === undefined) return error.code;
  return UNNAMED[number ?? String('errno' in error && error.errno)] ?? 'UNKNOWN';
}

/**
 * Turns an error of the operating system into a Failure that says what was being done; returns every other
 * error as it is, because it is a bug or a Failure already.
 */
export function diskFailure(error: unknown, doing: string): unknown {
  const code = errnoOf(error);
  if (error instanceof Failure || code === undefined) return error;
  if (UNSAFE.has(code)) return new Failure('unsafe', `${doing}: ${explain(code)}`, { cause: error });
  if (DISK.has(code)) return new Failure('disk', `${doing}: ${explain(code)}`, { cause: error });
  return error;
}

/** Runs `action`; what the operating system refuses becomes a Failure that names `doing`. */
export function onDisk<T>(doing: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw diskFailure(error, doing);
  }
}

/** Runs `action`; undefined when the file or a directory on its way does not exist. */
export function ifPresent<T>(doing: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskFailure(error, doing);
  }
}

function explain(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `no space left (${code}); free some and run it again`;
    case 'EROFS':
      return `the file system is read-only (${code})`;
    case 'EACCES':
    case 'EPERM':
      return `permission denied (${code}); check the owner and mode`;
    case 'ELOOP':
      return `it is a symbolic link (${code}); the ledger does not write through links`;
    case 'EISDIR':
      return `there is a directory in its place (${code})`;
    case 'ENOTDIR':
      return `a file is in the place of a directory (${code})`;
    default:
      return code;
  }
}
