/** Random plans, random answers, and a death after any entry. */
import { expect, test } from 'vitest';
import { validateRunState } from '../../../tools/lib/record/generated/validate-run-state.js';
import { stateOf } from '../../../tools/lib/runs/view.js';
import { rounds, seededBelow } from '../../support/rounds.js';
import { type Agent, endOf, PaperRun, planOf } from '../../support/runs.js';

test('random plans, random answers, a death after any entry: the same end, each effect once', () => {
  const below = seededBelow(11);
  for (let round = 0; round < rounds(150, 20_000); round++) {
    const plan = randomPlan(below);
    const answers = new Map<string, ReturnType<Agent>>();
    const effects = new Map<string, number>();
    const honest: Agent = ({ key, step, iteration }) => {
      const asks = plan.steps.find(({ id }) => id === step)!.loop !== null && iteration < 3 && below(2) === 0;
      if (!answers.has(key))
        answers.set(key, { outcome: asks ? 'changes_requested' : 'done', payload: { step } });
      effects.set(key, 1);
      return answers.get(key);
    };
    const full = new PaperRun(plan);
    full.open();
    full.drive(honest);
    expect(full.run!.status).toBe('completed');
    const expected = effects.size;
    const cut = PaperRun.from(full.entries.slice(0, 1 + below(full.entries.length)), plan);
    for (let deaths = 0; deaths < 3 && cut.run!.status === 'running'; deaths++) {
      cut.open();
      let left = below(4);
      cut.drive(asked => (left-- > 0 ? honest(asked) : undefined));
      expect(validateRunState(stateOf(cut.run!))).toBe(true);
    }
    if (cut.run!.status === 'running') {
      cut.open();
      cut.drive(honest);
    }
    expect(endOf(cut.run!)).toEqual(endOf(full.run!));
    expect(effects.size).toBe(expected);
  }
});

/** Each step needs some before it; some go back to one that they need. */
function randomPlan(below: (limit: number) => number): ReturnType<typeof planOf> {
  const count = 1 + below(6);
  return planOf(
    Array.from({ length: count }, (_, index) => {
      const needs = Array.from({ length: index }, (__, before) => `s${before}`).filter(() => below(2) === 0);
      const back_to = needs.length > 0 && below(3) === 0 ? needs[below(needs.length)] : undefined;
      return { id: `s${index}`, needs, ...(back_to !== undefined && { loop: { back_to, most: 20 } }) };
    }),
  );
}
