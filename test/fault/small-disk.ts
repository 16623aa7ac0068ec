/** A file system of 512 KiB. Only root on Linux can mount one. */
import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from '../support/workspace.js';

/** @returns undefined without the right to mount; unmounted when the test has finished */
export function smallDisk(): { path: string; grow(): void } | undefined {
  const path = temporaryDirectory();
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const mount = (...args: string[]): boolean => spawnSync('mount', [...args, path]).status === 0;
  if (!isRoot || !mount('-t', 'tmpfs', '-o', 'size=512k', 'tmpfs')) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', path]));
  return { path, grow: () => void mount('-o', 'remount,size=1m') };
}
