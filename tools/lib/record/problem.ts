/** What ajv reports, said for people. */
export interface SchemaProblem {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

/** One phrase for the first problem: `state must be one of idle, busy, error, offline`. */
export function describeProblem(problems: SchemaProblem[] | null | undefined): string {
  const problem = problems?.[0];
  if (!problem) return 'is not valid';
  const field = problem.instancePath.slice(1).replaceAll('/', '.') || 'the record';
  const { params } = problem;
  switch (problem.keyword) {
    case 'required':
      return `${field === 'the record' ? '' : `${field} `}has no "${params.missingProperty}"`;
    case 'additionalProperties':
      return `${field} has the unknown key "${params.additionalProperty}"`;
    case 'enum':
      return `${field} must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
    case 'maxBytes':
      return `${field} is longer than ${params.limit} bytes`;
    case 'maxLength':
      return `${field} is longer than ${params.limit} characters`;
    case 'minLength':
      return `${field} must not be empty`;
    case 'format':
      return `${field} is not a timestamp like 2026-11-24T17:03:09.041+07:00`;
    case 'type':
      return `${field} must be of type ${[params.type].flat().join(' or ')}`;
    case 'pattern':
      return `${field} does not match ${params.pattern}`;
    case 'minimum':
    case 'maximum':
      return `${field} must be ${params.comparison} ${params.limit}`;
    default:
      return `${field} breaks the rule "${problem.keyword}" of its schema`;
  }
}
