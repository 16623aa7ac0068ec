/** Workplans for tests, and a reader of YAML. */
import { parseWorkplan, type Workplan } from '../../tools/lib/workplans/parse.js';
import { loadYaml } from '../../tools/lib/workplans/yaml.js';

export const readYaml = await loadYaml();

export interface SampleTask {
  id: string;
  status?: string;
  /** Further lines of its block. */
  more?: string[];
}

/** The text of a workplan with these tasks. */
export function planText(tasks: SampleTask[]): string {
  const blocks = tasks.map(({ id, status = 'todo', more = [] }) =>
    [
      '### A task',
      '',
      '```task',
      `id: ${id}`,
      `status: ${status}`,
      'priority: high',
      ...more,
      '```',
      '',
    ].join('\n'),
  );
  return ['---', 'id: WP-1', 'type: workplan', 'title: "A plan"', '---', '', ...blocks].join('\n');
}

export function parsePlan(text: string): Workplan | undefined {
  return parseWorkplan(Buffer.from(text), readYaml);
}
