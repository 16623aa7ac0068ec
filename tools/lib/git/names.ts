/** Names that are handed to git: checked before, so that none of them is an option, another ref, or a path. */
import { Failure } from '../failure.js';

const FORBIDDEN = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.\/|\.lock(?:\/|$)/;

/**
 * A branch name by the rules of `git check-ref-format --branch`, and 200 bytes at most.
 * @throws Failure `data`
 */
export function checkBranchName(name: string): string {
  const isBad =
    name === '' ||
    name === '@' ||
    Buffer.byteLength(name) > 200 ||
    FORBIDDEN.test(name) ||
    /^[-/.]|[/.]$/.test(name);
  if (isBad || name === 'HEAD')
    throw new Failure('data', `"${name}" is no name for a branch; "ledger" is the usual one`);
  return name;
}

/** The name of a remote as `git remote add` takes it; never a URL or a path. @throws Failure `data` */
export function checkRemoteName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name) || name.includes('..') || name.endsWith('.lock')) {
    throw new Failure('data', `"${name}" is no name of a remote; "git remote" lists them`);
  }
  return name;
}

/** Whether text is the full name of an object, in either hash. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
