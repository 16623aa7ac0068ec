/** Colours, where they are wanted: on a terminal that has them, unless NO_COLOR is set. */
import picocolors from 'picocolors';
import type { Io } from './command.js';

export type Paint = ReturnType<typeof picocolors.createColors>;

export function paintFor({ environment, isTerminal }: Pick<Io, 'environment' | 'isTerminal'>): Paint {
  const isWanted = !environment.NO_COLOR && environment.TERM !== 'dumb';
  return picocolors.createColors(isWanted && isTerminal('output'));
}
