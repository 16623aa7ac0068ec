/**
 * Where the socket of a root is, so that zsh finds it without computing a hash: it is named by the device and inode of
 * the root, `<dev>-<ino>.sock`, which also survive another spelling of its path.
 *
 * It lies in `$XDG_RUNTIME_DIR/agent-ledger/`, else in the control plane, else, where that path would be longer than a
 * socket's may be (103 bytes on macOS), in `/tmp/agent-ledger-<uid>/`. Clients look in three places: the first of these,
 * `<root>/.git/agent-ledger/ledgerd.sock`, `/tmp/agent-ledger-<uid>/`. Where they would miss it, because a client's
 * environment has no XDG_RUNTIME_DIR or the control plane is elsewhere, there is a link.
 *
 * What protects it: the directories are ours and 0700, the socket is 0600 and is used only when it is ours. Node cannot
 * ask who the peer is; the kernel does not let anybody else connect.
 */
import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { errnoOf, ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';

const LONGEST_PATH_BYTES = 103;

export interface Address {
  /** The socket. */
  path: string;
  /** Where else clients look for it. */
  links: string[];
}

type Environment = Record<string, string | undefined>;

const fits = (path: string): boolean => Buffer.byteLength(path) <= LONGEST_PATH_BYTES;

/** Where the socket of a root is to be. */
export function addressOf(place: Place, environment: Environment, uid: number): Address {
  const [inRuntime, inGit, inTemporary] = knownPlaces(place.root, environment, uid);
  const inControl = join(place.control, 'ledgerd.sock');
  const found = inControl === inGit && fits(inGit) ? inGit : inTemporary!;
  const path =
    [inRuntime, inControl].find(candidate => candidate !== undefined && fits(candidate)) ?? inTemporary!;
  return { path, links: found === path ? [] : [found] };
}

/** In the runtime directory when there is one of ours, in a repository, in the temporary directory. */
function knownPlaces(
  root: string,
  environment: Environment,
  uid: number,
): [string | undefined, string, string] {
  const { dev, ino } = statSync(root, { bigint: true });
  const name = `${dev}-${ino}.sock`;
  const runtime = environment.XDG_RUNTIME_DIR;
  const isUsable = runtime?.startsWith('/') && isOurs(runtime, uid);
  return [
    isUsable ? join(runtime!, 'agent-ledger', name) : undefined,
    join(root, '.git/agent-ledger/ledgerd.sock'),
    `/tmp/agent-ledger-${uid}/${name}`,
  ];
}

function isOurs(path: string, uid: number): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.uid === uid;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** The sockets that may be those of a root, in the order in which to try them: each is a socket of ours. */
export function socketsOf(
  { root, control }: Pick<Place, 'root' | 'control'>,
  environment: Environment,
  uid: number,
): string[] {
  const places = new Set([...knownPlaces(root, environment, uid), join(control, 'ledgerd.sock')]);
  return [...places].filter((path): path is string => {
    if (path === undefined || !fits(path)) return false;
    const stats = ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
    return stats?.isSocket() === true && stats.uid === uid;
  });
}

/** Makes the directory of a socket, or a link to it. @throws Failure `unsafe` when somebody else can get at it */
export function makeSocketDirectory(path: string, uid: number): void {
  makePrivate(path);
  const stats = lstatSync(path);
  if (stats.isDirectory() && stats.uid === uid && (stats.mode & 0o077) === 0) return;
  throw new Failure('unsafe', `${path} must be a directory of yours that nobody else can enter (mode 0700)`);
}
