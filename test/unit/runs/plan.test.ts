import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_PLAN } from '../../../tools/lib/runs/default-plan.js';
import { orderSteps } from '../../../tools/lib/runs/order.js';
import { checkPlan, type Plan } from '../../../tools/lib/runs/plan.js';
import { parseYaml } from '../../../tools/lib/runs/yaml.late.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';

const step = (id: string, of: object = {}): object => ({
  id,
  agent: 'cls',
  action: 'a',
  command: ['true'],
  ...of,
});
const checked = (steps: object[], of: object = {}): Plan =>
  checkPlan({ task_id: 'T-1', steps, ...of }, { taskId: undefined, agents: {} });
const refused = (steps: object[], of: object = {}): string => refusal('data', () => checked(steps, of));

test('a plan is filled in and put in order', () => {
  const { steps, task_id } = checked([step('b', { needs: ['a'] }), step('c'), step('a')]);
  expect(steps.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  expect(task_id).toBe('T-1');
  expect(steps[0]).toEqual({
    ...{ id: 'c', agent: 'cls', action: 'a', command: ['true'], protocol: 'plain', inputs: {} },
    ...{ expected_outputs: [], needs: [], retries: 0, timeout_s: 3600, loop: null },
  });
});

test.each<[RegExp, object[]]>([
  [
    /goes in a circle: a → c → b → a/,
    [step('a', { needs: ['b'] }), step('b', { needs: ['c'] }), step('c', { needs: ['a'] })],
  ],
  [/goes in a circle: a → a/, [step('a', { needs: ['a'] })]],
  [
    /goes in a circle: b → c → b/,
    [step('a', { needs: ['b'] }), step('b', { needs: ['c'] }), step('c', { needs: ['b'] })],
  ],
  [/two steps "a"/, [step('a'), step('b'), step('a')]],
  [/needs "x", which is not in the plan/, [step('a', { needs: ['x'] })]],
  [/goes back to "x", which is not/, [step('a', { loop: { back_to: 'x' } })]],
  [/goes back to "b", which it does not need/, [step('a', { loop: { back_to: 'b' } }), step('b')]],
  [/has no command/, [{ id: 'a', agent: 'cls', action: 'a' }]],
  [/command of step "a" has no name/, [step('a', { command: [''] })]],
  [/input "feedback"/, [step('a', { inputs: { feedback: 1 } })]],
  [/unknown key "shell"/, [step('a', { shell: 'rm' })]],
  [/steps.0.id does not match/, [step('../a')]],
  [/expected_outputs.0 does not match/, [step('a', { expected_outputs: ['../a'] })]],
  [/expected_outputs.0 does not match/, [step('a', { expected_outputs: ['/etc/passwd'] })]],
  [/expected_outputs.0 does not match/, [step('a', { expected_outputs: ['a/../../b'] })]],
  [/retries/, [step('a', { retries: 11 })]],
  [/steps breaks the rule "minItems"/, []],
  [/not valid Unicode/, [step('a', { inputs: { a: '\ud800' } })]],
])('%s', (message, steps) => {
  expect(refused(steps)).toMatch(message);
});

test('dots in names are not directories above', () => {
  expect(checked([step('a', { expected_outputs: ['a..b/..c', '...'] })]).steps).toHaveLength(1);
});

test('the default stages start agents as the configuration says', () => {
  const named = ['builder', 'reviewer', 'spec_maintainer'].map(name => [
    name,
    { command: [name], retries: 2 },
  ]);
  const plan = checkPlan(DEFAULT_PLAN, { taskId: 'T-1', agents: Object.fromEntries(named) });
  expect(
    plan.steps.map(({ id, command, retries, loop }) => [id, command[0], retries, loop?.back_to]),
  ).toEqual([
    ['implement', 'builder', 2, undefined],
    ['review', 'reviewer', 2, 'implement'],
    ['spec_maintain', 'spec_maintainer', 2, 'implement'],
  ]);
  expect(refusal('data', () => checkPlan(DEFAULT_PLAN, { taskId: 'T-1', agents: {} }))).toMatch(
    /runs.agents.builder/,
  );
});

test('a recorded plan checks to itself', () => {
  const plan = checked([step('a'), step('b', { needs: ['a'], loop: { back_to: 'a' } })]);
  const again = plan.steps.map(({ loop, ...rest }) => (loop ? { ...rest, loop } : rest));
  expect(checked(again)).toEqual(plan);
});

test('whatever the needs, each step comes after what it needs, or a cycle is named', () => {
  const steps = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 });
  checkProperty(
    fc.property(steps, needs => {
      const plan = needs.map((list, index) => ({
        id: `s${index}`,
        needs: [...new Set(list.map(need => `s${need % needs.length}`))],
      }));
      try {
        const order = orderSteps(plan).map(({ id }) => id);
        for (const { id, needs: before } of plan) {
          for (const need of before) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
        }
      } catch (error) {
        const path = /circle: (.*)$/.exec((error as Error).message)![1]!.split(' → ');
        expect(path[0]).toBe(path.at(-1));
        path.slice(1).forEach((id, index) => {
          expect(plan.find(entry => entry.id === id)!.needs).toContain(path[index]);
        });
      }
    }),
  );
});

test.each<[string, unknown]>([
  ['a: 1\nb: [x, ~]\n', { a: 1, b: ['x', null] }],
  ['when: 2026-11-25\nyes: no\n', { when: '2026-11-25', yes: 'no' }],
  ['text: |\n  a\n  b\n', { text: 'a\nb\n' }],
])('YAML %j', (text, value) => {
  expect(parseYaml(text)).toEqual({ value });
});

test.each([
  ['a: [1', /flow/i],
  ['a: 1\na: 2\n', /unique/],
  ['a: 9007199254740993\n', /would be rounded/],
  ['a: &a [*a]\n', /./],
  [
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]\n`)}`,
    /alias/i,
  ],
  ['a: !!js/function x\n', /tag/i],
])('YAML %j is refused', (text, problem) => {
  expect((parseYaml(text) as { problem: string }).problem).toMatch(problem);
});
