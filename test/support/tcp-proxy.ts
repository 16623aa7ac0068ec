/** A way to a git server that breaks where a test wants it to. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What befalls a push: the connection is cut before the server hears of it, while the commit is on its way, or once
 * everything was sent; the answer is lost; either side hears nothing more; the client's side is closed for writing too early.
 */
export const MISHAPS = ['before', 'during', 'after', 'answer', 'stall', 'half-close'] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface Proxy {
  port: number;
  /** The next push fares so; those after it fare well. */
  next: Mishap | undefined;
  connections: number;
}

export async function startProxy(target: number): Promise<Proxy> {
  const open = new Set<Socket>();
  const proxy: Proxy = { port: 0, next: undefined, connections: 0 };
  const server = createServer({ allowHalfOpen: true }, client => {
    proxy.connections++;
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    relay(client, upstream, () => {
      const { next } = proxy;
      proxy.next = undefined;
      return next;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.port = (server.address() as { port: number }).port;
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return proxy;
}

/** Git's protocol: a request line, the server's refs, then, in a push, a command and the commit, then the report. */
function relay(client: Socket, upstream: Socket, takeMishap: () => Mishap | undefined): void {
  let mishap: Mishap | undefined;
  let parts = 0;
  const cut = (): void => {
    client.destroy();
    upstream.destroy();
  };
  client.on('data', chunk => {
    parts++;
    if (parts === 1 && chunk.includes('git-receive-pack')) mishap = takeMishap();
    if (mishap === 'before') return cut();
    if (parts === 1 || mishap === undefined) return void upstream.write(chunk);
    if (mishap === 'stall') return;
    if (mishap === 'during') {
      upstream.write(chunk.subarray(0, chunk.length >> 1));
      upstream.end();
      client.destroy();
      return;
    }
    upstream.write(chunk);
    if (mishap === 'half-close') upstream.end();
    if (mishap === 'after') setTimeout(cut, 5);
  });
  upstream.on('data', chunk => {
    const isReport = parts > 1;
    if (isReport && (mishap === 'answer' || mishap === 'after')) return;
    client.write(chunk);
  });
  client.on('end', () => upstream.end());
  upstream.on('end', () => (mishap === 'answer' && parts > 1 ? client.destroy() : client.end()));
  client.on('close', () => upstream.end());
}
