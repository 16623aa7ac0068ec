/**
 * One sync for many appends. Whoever serves several writers in one process appends for each of them, and lets one
 * `fsync` of the file, off the main thread, make all of it durable; meanwhile the next appends gather.
 *
 * The rule: an append is acknowledged only after `settled()` has resolved, and `settled()` resolves once every
 * append up to the call is on disk, also one that somebody else has noted: a duplicate is acknowledged by the
 * first event's durability. The lock of a file is given back before the sync, so other processes may append behind
 * what is not durable yet; their own sync of the same file covers it.
 *
 * Relaxed, an append may be acknowledged at once and is synced within 50 ms, but for what is noted as urgent.
 * A sync that fails fails every append that waited for it: nobody can tell which bytes it was about.
 */
import { closeSync, constants, fstatSync, fsync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFailure, errnoOf } from './errno.js';

interface Synced {
  path: string;
  fd: number;
  inode: number;
  usedAt: number;
}

interface Waiter {
  resolve: () => void;
  reject: (error: unknown) => void;
}

const RELAXED_MS = 40;
const MOST_FILES = 64;

export class SharedSync {
  private readonly files = new Map<string, Synced>();
  private dirty = new Set<Synced>();
  private syncing = new Set<Synced>();
  private waiters: Waiter[] = [];
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isUrgent = false;
  /** What has gathered is not to wait any longer. */
  private isOverdue = false;
  private turn = 0;

  /** @param onFailure told of each sync that failed: relaxed, nobody may be waiting for it */
  constructor(
    private readonly isRelaxed: boolean,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  get isSyncing(): boolean {
    return this.running !== undefined;
  }

  /** Something was appended to the file that is open as `fd`. */
  note(path: string, fd: number, { isNew, isUrgent }: { isNew: boolean; isUrgent: boolean }): void {
    this.dirty.add(this.fileAt(path, fstatSync(fd).ino));
    if (isNew) {
      const directory = dirname(path);
      this.dirty.add(this.fileAt(directory, undefined));
    }
    if (isUrgent) this.isUrgent = true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.isOverdue = true;
      this.start();
    }, RELAXED_MS);
  }

  /**
   * The sync that is under way, where an append may as well wait for its end: it would wait for the next sync anyway, and
   * with what else comes meanwhile it is appended in one write.
   */
  underWay(): Promise<unknown> | undefined {
    return this.isRelaxed ? undefined : this.running?.catch(() => undefined);
  }

  /** Resolves when what was noted may be acknowledged. @throws Failure `disk` when a sync failed */
  settled(): Promise<void> | undefined {
    if (this.isRelaxed && !this.isUrgent) return undefined;
    return this.durable();
  }

  /** Resolves when everything noted up to now is on disk; undefined when it is already. */
  durable(): Promise<void> | undefined {
    if (this.dirty.size === 0) return this.running;
    const settled = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    if (this.waiters.length === 1 && this.running === undefined) setImmediate(() => this.start());
    return settled;
  }

  /** Closes files that nobody has appended to since the last call, so that a long life holds none open for ever. */
  sweep(): void {
    for (const file of this.files.values()) if (file.usedAt < this.turn) this.close(file);
    this.turn++;
  }

  private start(): void {
    if (this.running !== undefined || this.dirty.size === 0) return;
    this.running = this.run();
    this.running.catch(() => undefined);
  }

  private async run(): Promise<void> {
    const { dirty, waiters } = this;
    this.syncing = dirty;
    this.dirty = new Set();
    this.waiters = [];
    this.isUrgent = false;
    this.isOverdue = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    try {
      await Promise.all([...dirty].map(syncFile));
      this.goOn();
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      this.goOn();
      this.onFailure(error);
      for (const { reject } of waiters) reject(error);
      // After a failed sync a second one on the same descriptor may report success for what is lost.
      for (const file of dirty) this.close(file);
      throw error;
    }
  }

  /** One sync has ended. What gathered meanwhile is next, unless nobody waits for it and it may gather on. */
  private goOn(): void {
    this.syncing = new Set();
    this.running = undefined;
    if (this.waiters.length > 0 || this.isOverdue) this.start();
  }

  /** @param inode of the file that was appended to: another one may have taken its name */
  private fileAt(path: string, inode: number | undefined): Synced {
    const known = this.files.get(path);
    if (known !== undefined && (inode === undefined || known.inode === inode)) {
      known.usedAt = this.turn;
      return known;
    }
    if (known !== undefined) this.close(known);
    if (this.files.size >= MOST_FILES) this.close(this.files.values().next().value!);
    const fd = openSync(path, constants.O_RDONLY);
    const file = { path, fd, inode: fstatSync(fd).ino, usedAt: this.turn };
    this.files.set(path, file);
    return file;
  }

  private close(file: Synced): void {
    if (this.dirty.has(file) || this.syncing.has(file) || this.files.get(file.path) !== file) return;
    this.files.delete(file.path);
    closeSync(file.fd);
  }
}

function syncFile({ path, fd }: Synced): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(fd, error => {
      // Some file systems refuse to sync a directory; that is theirs.
      if (error === null || errnoOf(error) === 'EINVAL') resolve();
      else reject(diskFailure(error, `cannot sync ${path}`));
    });
  });
}
