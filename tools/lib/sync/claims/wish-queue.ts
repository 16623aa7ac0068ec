/**
 * The queue of wishes in the control plane. A caller's request is `sync/requests/<id>.json`, and the caller holds the lock on that
 * file as long as it lives. The server renames it to `<id>.taken`, and leaves the answer in `sync/answers/<id>.json`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listDirectory, makePrivate } from '../../disk/directory.js';
import { holdLock } from '../../disk/lock.js';
import { readText } from '../../disk/read.js';
import { removeFile } from '../../disk/remove.js';
import { createFile, renameFile, replaceFile } from '../../disk/replace.js';
import type { Place } from '../../root/workspace.js';
import { syncDirectory } from '../state.js';
import type { Wish } from './ports.js';
import type { Answer, WishQueue } from './queue.js';

export function openWishQueue(place: Place): WishQueue {
  const paths = pathsIn(place);
  let sign: { release(): void } | undefined;
  const forget = (id: string): void => {
    removeFile(paths.request(id));
    removeFile(paths.taken(id));
    sign?.release();
    sign = undefined;
  };
  return {
    tryLock: () => {
      makePrivate(place.control);
      return holdLock(join(place.control, 'sync.lock'));
    },
    leave: wish => {
      sign = leaveRequest(wish, paths);
    },
    // Whoever removes or renames it first has it.
    withdraw: id => removeFile(paths.request(id)),
    forget,
    take: () => listDirectory(paths.requests).flatMap(name => takeOne(name, paths)),
    answer: (id, answer) => {
      if (isAlive(paths.taken(id))) replaceFile(paths.answer(id), JSON.stringify(answer));
    },
    readAnswer: id => {
      const text = readText(paths.answer(id));
      if (text === undefined) return undefined;
      removeFile(paths.answer(id));
      forget(id);
      return JSON.parse(text) as Answer;
    },
  };
}

interface Paths {
  requests: string;
  answers: string;
  request(id: string): string;
  taken(id: string): string;
  answer(id: string): string;
}

function pathsIn(place: Place): Paths {
  const requests = join(syncDirectory(place), 'requests');
  const answers = join(syncDirectory(place), 'answers');
  return {
    ...{ requests, answers },
    request: id => join(requests, `${id}.json`),
    taken: id => join(requests, `${id}.taken`),
    answer: id => join(answers, `${id}.json`),
  };
}

/** @returns the lock that shows that the caller lives */
function leaveRequest(wish: Wish, { requests, answers, request }: Paths): { release(): void } | undefined {
  makePrivate(requests);
  makePrivate(answers);
  const temporary = join(requests, `.${wish.id}`);
  createFile(temporary, JSON.stringify(wish));
  // Locked before anybody can see it: a request without a lock is that of a dead caller.
  const sign = holdLock(temporary);
  renameFile(temporary, request(wish.id));
  return sign;
}

/** A wish that waits for an answer; what a dead caller left is removed. */
function takeOne(name: string, { requests, taken, answer }: Paths): Wish[] {
  const [, id] = /^([0-9a-f-]{36})\.(?:json|taken)$/.exec(name) ?? [];
  const path = join(requests, name);
  if (id === undefined || existsSync(answer(id))) return [];
  if (!isAlive(path)) {
    removeFile(path);
    return [];
  }
  renameFile(path, taken(id));
  const text = readText(taken(id));
  return text === undefined ? [] : [JSON.parse(text) as Wish];
}

/** Whether somebody holds the lock on its request. */
function isAlive(path: string): boolean {
  const lock = holdLock(path);
  lock?.release();
  return lock === undefined;
}
