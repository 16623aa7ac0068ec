/** The client for Node programs: `import { connect } from 'agent-ledger'`. docs/node-client.md describes it. */
import { builtin } from '../builtin.js';
import { Failure } from '../failure.js';
import type { LedgerEvent } from '../record/event.js';
import { uuidV7 } from '../record/ids.js';
import { locate } from '../root/workspace.js';
import { socketsOf } from './address.js';
import type { Connect, ConnectOptions, Draft, Ledger, Outcome } from './client-types.js';
import { Lane } from './lane.js';
import { encodeRequest, type Reply } from './request.js';

/** Where the executables lie, set by the build: beside this file. */
declare const EXECUTABLES: string;

/** Executables that run at the same time. */
const MOST_PROCESSES = 4;

const RELEVANT = /^(?:LEDGER_\w+|LUKA_SOT|HOME|TZ|XDG_STATE_HOME|HYBRID_LEDGER_DISABLE)$/;

/** Nothing is connected before the first call: without a daemon everything works as well. */
export const connect: Connect = async (options = {}) => {
  const { cwd = process.cwd(), environment = process.env } = options;
  const lane = new Lane(() => socketsHere(options, cwd, environment));
  const rootArgs = options.root === undefined ? [] : ['--root', options.root];
  const call = async (name: string, args: readonly string[]): Promise<Outcome> => {
    const argv = [...rootArgs, ...args];
    const relevant = Object.entries(environment).filter(([key]) => RELEVANT.test(key));
    const reply = await lane.ask(
      encodeRequest({
        ...{ name, argv, cwd, environment: Object.fromEntries(relevant), terminals: '', columns: 80 },
        input: undefined,
      }),
    );
    if (reply?.status !== undefined) return outcomeOf(reply, reply.status);
    return inTurn(() => runExecutable(name, argv, { cwd, environment }));
  };
  const inTurn = turns(MOST_PROCESSES);
  const ledger: Ledger = { write: draft => write(call, draft), run: call, close: () => lane.close() };
  return ledger;
};

/** Runs at most `count` actions at a time: where the daemon has ended, everything that was under way comes here. */
function turns(count: number): <T>(action: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async action => {
    if (free === 0) await new Promise<void>(resolve => waiting.push(resolve));
    else free--;
    try {
      return await action();
    } finally {
      const next = waiting.shift();
      if (next !== undefined) next();
      else free++;
    }
  };
}

function socketsHere({ root }: ConnectOptions, cwd: string, environment: NodeJS.ProcessEnv): string[] {
  try {
    return socketsOf(locate({ cwd, flag: root, environment }), environment, process.getuid?.() ?? 0);
  } catch (error) {
    // Without a root the executable says what is wrong.
    if (!(error instanceof Failure)) throw error;
    return [];
  }
}

async function write(call: Ledger['run'], draft: Draft): Promise<LedgerEvent> {
  const { agent, event, task_id, source, summary, data = {} } = draft;
  const options = Object.entries({
    session: draft.session_id,
    parent: draft.parent_id,
    'idempotency-key': draft.idempotency_key,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  if (draft.updates_status === true) options.push('--status');
  const words = ['--', agent, event, task_id, source, summary, JSON.stringify(data)];
  const outcome = await call('ledger-write', ['--json', '--id', uuidV7(Date.now()), ...options, ...words]);
  if (outcome.status === 0) return JSON.parse(outcome.output);
  throw Object.assign(new Error(outcome.messages.trim()), { status: outcome.status });
}

function outcomeOf({ prints }: Reply, status: number): Outcome {
  const text = (wanted: string): string =>
    Buffer.concat(prints.filter(({ stream }) => stream === wanted).map(({ bytes }) => bytes)).toString();
  return { status, output: text('output'), messages: text('messages') };
}

function runExecutable(
  name: string,
  argv: string[],
  { cwd, environment }: { cwd: string; environment: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const child = builtin('node:child_process').spawn(
    process.execPath,
    [`${EXECUTABLES}/${name}.cjs`, ...argv],
    {
      ...{ cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    },
  );
  const outcome = { status: 0, output: '', messages: '' };
  child.stdout!.setEncoding('utf8').on('data', text => {
    outcome.output += text;
  });
  child.stderr!.setEncoding('utf8').on('data', text => {
    outcome.messages += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', status => resolve({ ...outcome, status: status ?? 1 }));
  });
}
