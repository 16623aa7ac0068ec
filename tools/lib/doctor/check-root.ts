/** Whether the root can be written, is kept private, and is out of git's way. */
import { join } from 'node:path';
import { ignoreLines } from '../setup/exclude.js';
import { shellWord } from '../setup/quote.js';
import { type Finding, finding } from './finding.js';
import type { World } from './world.js';

const MIB = 1024 * 1024;
const LEAST_FREE_BYTES = 100 * MIB;
/** Linux' numbers of file systems that lie on another machine: NFS, SMB, CIFS, SMB2, 9P, and FUSE, which sshfs is. */
const REMOTE = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546]);

function ownDirectories({ place, look }: World): string[] {
  const { root, control } = place;
  const names = ['g/ledger', 'agents', 'memory'].map(name => join(root, name));
  return [root, ...names, control].filter(path => look(path) !== undefined);
}

export function checkSettings({ place, settingsProblem }: World): Finding[] {
  if (settingsProblem === undefined) return [];
  const path = join(place.root, 'ledger.config.json');
  return [finding('settings-invalid', settingsProblem, `\${EDITOR:-vi} ${shellWord(path)}`)];
}

export function checkWritable(world: World): Finding[] {
  return ownDirectories(world)
    .filter(path => !world.isWritable(path))
    .map(path => {
      const isOurs = world.look(path)!.uid === world.uid;
      const fix = isOurs ? `chmod u+rwx ${shellWord(path)}` : `sudo chown -R "$(id -un)" ${shellWord(path)}`;
      const why = isOurs ? 'is not writable' : 'belongs to another user';
      return finding('not-writable', `${path} ${why}, so nothing can be recorded`, fix);
    });
}

/** What is recorded can hold prompts and answers. Directories that may be the repository's own are its business. */
export function checkPrivate({ place, look }: World): Finding[] {
  const { root, control } = place;
  return [join(root, 'g/ledger'), control].flatMap(path => {
    const mode = look(path)?.mode ?? 0;
    if ((mode & 0o077) === 0) return [];
    const message = `others may look into ${path} (mode ${(mode & 0o777).toString(8)})`;
    return [finding('mode-loose', message, `chmod go-rwx ${shellWord(path)}`)];
  });
}

export function checkVolume({ place, volume, platform }: World): Finding[] {
  const found: Finding[] = [];
  const { root, control } = place;
  const disk = volume(root);
  if (disk !== undefined && disk.freeBytes < LEAST_FREE_BYTES) {
    const message = `only ${Math.trunc(disk.freeBytes / MIB)} MiB are free where ${root} is; a full disk loses events`;
    found.push(finding('disk-low', message, `df -h ${shellWord(root)}`));
  }
  const kind = volume(control)?.kind;
  if (platform === 'linux' && kind !== undefined && REMOTE.has(kind)) {
    const message = `locks in ${control} are on a network file system, where they may not hold; use a local root`;
    found.push(finding('disk-shared', message, 'ledger-init ~/ledger'));
  }
  return found;
}

export function checkIgnored({ place, prefix, read }: World): Finding[] {
  if (place.commonDirectory === undefined) return [];
  const path = join(place.commonDirectory, 'info/exclude');
  const lines = (read(path) ?? '').split('\n');
  if (ignoreLines(prefix).every(line => lines.includes(line))) return [];
  const message = `git clean would remove the ledger: ${path} lacks its lines`;
  return [finding('not-ignored', message, `ledger-init ${shellWord(place.root)}`)];
}
