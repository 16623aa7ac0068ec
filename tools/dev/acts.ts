/** What happens in the demo, in its order. Each act waits for what it tells. */
import {
  cutOff,
  notes,
  plugIn,
  run,
  type Stage,
  signal,
  startWorker,
  tell,
  type Worker,
  waitFor,
} from './stage.js';

type Workers = Map<string, Worker>;

export interface Takeover {
  taskId: string;
  by: string;
}

const ANDY = { agent: 'andy', machine: 'alpha', ttl: '2s' };
const OTHERS = [
  { agent: 'cls', machine: 'alpha', ttl: '10s' },
  { agent: 'hybrid', machine: 'beta', ttl: '10s' },
];

export function startAll(stage: Stage, workers: Workers): void {
  for (const who of [ANDY, ...OTHERS]) workers.set(who.agent, startWorker(stage, who));
  tell(stage, 'cls and andy on alpha, hybrid on beta: each runs "ledger-work -- ../agent.sh"');
}

/** Kills andy's loop and its command at once, as a power cut would, and waits until somebody has done the task. */
export async function killInTheMiddle(stage: Stage, workers: Workers): Promise<Takeover> {
  const { taskId, group } = await waitFor(stage, 'andy begins a task', () =>
    notes(stage).find(({ agent, what }) => agent === 'andy' && what === 'begin'),
  );
  workers.get('andy')!.child.kill('SIGKILL');
  process.kill(-group, 'SIGKILL');
  signal(stage, 'killed');
  tell(stage, `andy is killed with kill -9 in the middle of ${taskId}; its lease ends after two seconds`);
  const { agent: by } = await waitFor(stage, `${taskId} is taken over`, () =>
    notes(stage).find(note => note.taskId === taskId && note.what === 'begin' && note.agent !== 'andy'),
  );
  tell(stage, `${by} takes ${taskId} over; andy is started again`);
  workers.set('andy', startWorker(stage, { ...ANDY, ttl: '10s' }));
  return { taskId, by };
}

/** hybrid goes on without the network, and what it claimed meanwhile is settled when beta is back. */
export async function cutOffAndReconcile(stage: Stage): Promise<void> {
  await waitFor(stage, 'hybrid begins T-11', () => noteOf(stage, 'T-11', 'begin'));
  cutOff(stage);
  tell(stage, 'beta loses its network during T-11; hybrid goes on, and claims T-12 provisionally');
  await waitFor(stage, 'hybrid begins T-12', () => noteOf(stage, 'T-12', 'begin'));
  plugIn(stage);
  run(stage, 'beta', 'ledger-sync --reconcile');
  signal(stage, 'back');
  tell(stage, 'beta is back: "ledger-sync --reconcile" sends what it did, and the claim is kept');
}

function noteOf(stage: Stage, taskId: string, what: string): true | undefined {
  return notes(stage).some(note => note.taskId === taskId && note.what === what) || undefined;
}

/** Asks the loops to end once all is done, and writes into the plan what they had no time for. */
export async function stopAll(stage: Stage, workers: Workers): Promise<void> {
  await waitFor(stage, 'hybrid has done T-12', () => noteOf(stage, 'T-12', 'end'));
  for (const { child } of workers.values()) child.kill('SIGTERM');
  for (const { agent, ended } of workers.values()) {
    const status = await ended;
    if (status !== 0) throw new Error(`ledger-work of ${agent} ended with ${status}`);
  }
  tell(stage, 'all is done, and the three loops end when they are asked to');
  for (const machine of ['alpha', 'beta']) run(stage, machine, 'ledger-sync && ledger-check --fix --remote');
}
