/** One request over a connection of its own. */
import { builtin } from '../builtin.js';
import { errnoOf } from '../disk/errno.js';
import { FrameReader } from './frame.js';
import { decodeReply, type Reply } from './request.js';

/** @returns undefined when nobody answers whole and in time: what was asked for may have been done or not */
export function exchange(path: string, request: Buffer, timeoutMs: number): Promise<Reply | undefined> {
  return new Promise((resolve, reject) => {
    const socket = builtin('node:net').connect(path);
    const reader = new FrameReader();
    const end = (reply: Reply | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(end, timeoutMs, undefined);
    socket.on('data', chunk => {
      try {
        for (const frame of reader.push(chunk)) {
          const reply = decodeReply(frame);
          if (reply !== undefined) end(reply);
        }
      } catch (error) {
        end(undefined);
        reject(error);
      }
    });
    socket.on('error', error => (errnoOf(error) === undefined ? reject(error) : end(undefined)));
    socket.on('close', () => end(undefined));
    socket.write(request);
  });
}
