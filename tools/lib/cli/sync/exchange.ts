/** `ledger-sync`: sending, receiving, and looking at how things stand. */
import { formatDuration, parseTimestamp } from '../../clock.js';
import type { Exchange } from '../../sync/arrive.js';
import { type ExchangeOptions, exchangeAll, pull } from '../../sync/exchange.js';
import { readHealth, type SyncHealth, waiting } from '../../sync/health.js';
import { type SyncOptions, withExchange } from '../../sync/open.js';
import { setUp } from '../../sync/setup.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';

export async function exchange(
  call: Call,
  options: SyncOptions,
  direction: 'both' | 'send' | 'receive',
): Promise<number> {
  return withExchange(options, async opened => {
    if (direction === 'receive') await pull(opened);
    else await exchangeAll(opened, { ...sending(options), sendsOnly: direction === 'send' });
    return report(call, opened);
  });
}

export async function setUpHere(call: Call, options: SyncOptions): Promise<number> {
  const { exchange: opened, isNew, isKnown, url } = await setUp(options, sending(options));
  const { remote, branch } = opened.branch;
  const how = isKnown ? 'is set up here already' : isNew ? 'was made and is set up here' : 'is set up here';
  if (!call.args.isSet('json')) call.io.print(`The branch ${branch} of ${remote} (${url}) ${how}.\n`);
  return report(call, opened);
}

export function sending({ time, waitMs, sync }: SyncOptions): ExchangeOptions {
  return { time, deadlineMs: time.nowMs() + waitMs, retries: sync.claim_retries };
}

/** Says what came of it. @returns the exit status: what was refused is a no, and so is a claim that was lost */
export function report({ args, io, warn }: Call, { context, state }: Exchange): number {
  const { sent, received, refused, lost } = context.tally;
  const head = state.ledger_head;
  for (const claim of lost) warn(`lost ${claim}`);
  if (args.isSet('json'))
    io.print(`${JSON.stringify({ schema_version: 1, sent, received, refused, lost, head })}\n`);
  else if (io.isTerminal('messages')) warn(`${counted(sent)} sent, ${counted(received)} received`);
  if (refused.length > 20) warn(`${refused.length} files were refused in all; --status names them`);
  return refused.length + lost.length > 0 ? EXIT.no : EXIT.done;
}

const counted = (count: number): string => `${count} event${count === 1 ? '' : 's'}`;

export async function preview({ args, io }: Call, options: SyncOptions): Promise<number> {
  return withExchange(options, async opened => {
    const proposal = await waiting(opened);
    const changes = (proposal?.changes ?? []).map(({ path, content }) => ({
      path,
      bytes: typeof content === 'string' || content instanceof Uint8Array ? Buffer.byteLength(content) : null,
    }));
    const { events = 0, says = [] } = proposal ?? {};
    if (args.isSet('json'))
      io.print(`${JSON.stringify({ schema_version: 1, events, says, files: changes })}\n`);
    else for (const line of says) io.print(`would send ${line}\n`);
    return EXIT.done;
  });
}

export async function showHealth(call: Call, options: SyncOptions): Promise<number> {
  return withExchange(options, async opened => {
    const health = await readHealth(opened);
    if (call.args.isSet('json')) call.io.print(`${JSON.stringify({ schema_version: 1, ...health })}\n`);
    else call.io.print(`${healthLines(health, options.time.nowMs()).join('\n')}\n`);
    return EXIT[health.health === 'ok' ? 'done' : health.health];
  });
}

function healthLines(health: SyncHealth, nowMs: number): string[] {
  const refused = Object.entries(health.refused);
  return [
    `branch     ${health.branch} of ${health.remote} (${health.url ?? 'git knows no such remote'})`,
    `writer     ${health.writer}`,
    `head       ${health.head ?? 'none'}`,
    `last pull  ${age(health.last_pull_at, nowMs)}`,
    `last push  ${age(health.last_push_at, nowMs)}`,
    `ahead      ${counted(health.ahead)}`,
    `behind     ${health.behind === null ? 'not known' : counted(health.behind)}`,
    `offline    ${health.offline_claims} claim${health.offline_claims === 1 ? '' : 's'} to be settled`,
    ...refused.map(([path, reason]) => `refused    ${path}: it ${reason}`),
    `health     ${health.problem === null ? health.health : `${health.health}: ${health.problem}`}`,
  ];
}

function age(ts: string | null, nowMs: number): string {
  const atMs = ts === null ? undefined : parseTimestamp(ts);
  return atMs === undefined ? 'never' : `${ts} (${formatDuration(nowMs - atMs)} ago)`;
}
