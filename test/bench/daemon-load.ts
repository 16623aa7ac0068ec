/** Many events over kept connections. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { FrameReader } from '../../tools/lib/daemon/frame.js';
import { decodeReply, encodeRequest } from '../../tools/lib/daemon/request.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { WRITE, withDaemon } from './daemon-scratch.js';
import { median } from './pairs.js';
import type { BenchRow } from './row.js';

/** Writes `count` events over one connection, `depth` of them in flight. */
async function writeMany(
  socket: string,
  cwd: string,
  { count, depth }: { count: number; depth: number },
): Promise<void> {
  const client = connect(socket);
  await once(client, 'connect');
  const reader = new FrameReader();
  let sent = 0;
  let done = 0;
  const request = (): Buffer =>
    encodeRequest({
      ...{ name: 'ledger-write', argv: ['--id', uuidV7(Date.now()), ...WRITE], cwd, columns: 80 },
      ...{ environment: { TZ: 'UTC' }, terminals: '', input: undefined },
    });
  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      const bytes: Buffer[] = [];
      for (; sent < count && sent - done < depth; sent++) bytes.push(request());
      if (bytes.length > 0) client.write(Buffer.concat(bytes));
    };
    client.on('error', reject);
    client.on('data', chunk => {
      for (const frame of reader.push(chunk)) {
        const reply = decodeReply(frame);
        if (reply === undefined) continue;
        if (reply.status !== 0) reject(new Error(`status ${reply.status}`));
        if (++done === count) resolve();
      }
      fill();
    });
    fill();
  });
  client.destroy();
}

/** Events a second of `clients` that each have `depth` in flight, beside those of one that waits for each. */
export function throughput(clients: number, depth: number): BenchRow['measure'] {
  return () =>
    withDaemon('each', async ({ root, socket }) => {
      const rate = async (writers: number, inFlight: number, count: number): Promise<number> => {
        const start = performance.now();
        const each = { count: count / writers, depth: inFlight };
        await Promise.all(Array.from({ length: writers }, () => writeMany(socket, root, each)));
        return count / (performance.now() - start);
      };
      const ratios: number[] = [];
      for (let turn = -2; turn < 7; turn++) {
        const one = await rate(1, 1, 100);
        const many = await rate(clients, depth, 3200);
        if (turn >= 0) ratios.push(many / one);
      }
      return { ratio: median(ratios) };
    });
}
