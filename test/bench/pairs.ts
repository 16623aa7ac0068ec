/**
 * Measuring pairs: the thing and what it is compared with take turns, so that both see the same machine, and the
 * median of the ratios pair by pair is the figure. Absolute times are never quoted.
 */
import { spawnSync } from 'node:child_process';

/** The environment of what is measured: nothing that changes how Node starts. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { PATH, ...(TMPDIR && { TMPDIR }), HOME: home, TZ: 'UTC' };
}

export type Timed = (turn: number) => void;

/**
 * The median of `measured / compared`, over `turns` pairs after two that are not counted.
 * @param undo puts back what `measured` changed, so that every turn finds the same; not timed
 */
export function pairedRatio(
  measured: Timed,
  compared: Timed,
  turns: number,
  undo: Timed = () => undefined,
): number {
  const ratios: number[] = [];
  for (let turn = -2; turn < turns; turn++) {
    const base = durationOf(() => compared(turn));
    const ours = durationOf(() => measured(turn));
    undo(turn);
    if (turn >= 0) ratios.push(ours / base);
  }
  return median(ratios);
}

export function durationOf(action: () => void): number {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start);
}

export function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** Runs a program to its end. @throws Error when it fails: a failure would be fast */
export function runProgram(
  argv: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; input?: string },
): void {
  const [file, ...args] = argv as [string, ...string[]];
  const { status, stderr } = spawnSync(file, args, { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${argv.join(' ')}: exit ${status}: ${stderr}`);
}
