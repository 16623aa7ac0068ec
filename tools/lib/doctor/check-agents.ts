/** Agents that nothing is heard of any more, and notices that nobody delivered. */
import { join } from 'node:path';
import { formatDuration } from '../clock.js';
import { type Finding, finding } from './finding.js';
import type { World } from './world.js';

const WAITING_MS = 60_000;

export function checkStale({ agents }: World): Finding[] {
  return agents.flatMap(({ agent, is_ours, is_stale, state, heartbeat_age_s }) => {
    if (!is_ours || !is_stale) return [];
    const age = heartbeat_age_s === null ? 'ever' : `for ${formatDuration(heartbeat_age_s * 1000)}`;
    const message = `${agent} is ${state}, and nothing was heard of it ${age}`;
    return [finding('agent-stale', message, `status-update ${agent} offline`)];
  });
}

export function checkDamaged({ agents }: World): Finding[] {
  return agents.flatMap(({ agent, is_ours, problem }) =>
    !is_ours || problem === null
      ? []
      : [finding('agent-damaged', `${agent}: ${problem}`, `status-update ${agent} --rebuild`)],
  );
}

/** The next hook of the agent delivers what waits; when none comes, somebody has to. */
export function checkSpool({ place, list, ageMs }: World): Finding[] {
  const spool = join(place.control, 'spool');
  return list(spool).flatMap(agent => {
    const directory = join(spool, agent);
    const names = list(directory);
    const waiting = names.filter(
      name => name.endsWith('.json') && (ageMs(join(directory, name)) ?? 0) > WAITING_MS,
    );
    const damaged = names.filter(name => name.endsWith('.damaged'));
    const found: Finding[] = [];
    if (waiting.length > 0) {
      const message = `${waiting.length} notices for ${agent} wait in ${directory}; the next hook delivers them`;
      found.push(
        finding('spool-waiting', message, `cls-hook --agent ${agent} info system "deliver what waits"`),
      );
    }
    if (damaged.length > 0) {
      const message = `${damaged.length} notices for ${agent} were damaged and are kept in ${directory}`;
      found.push(finding('spool-damaged', message, `ls -l ${join(directory, damaged[0]!)}`));
    }
    return found;
  });
}
