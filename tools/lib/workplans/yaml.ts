import { YamlError, type YamlReader } from './mapping.js';

/** A reader of any YAML, loaded when it is needed. */
export async function loadYaml(): Promise<YamlReader> {
  const { parseYaml } = await import('./workplan-yaml.late.js');
  return text => {
    const parsed = parseYaml(text);
    if ('problem' in parsed) throw new YamlError(parsed.problem, parsed.line);
    return parsed.mapping;
  };
}
