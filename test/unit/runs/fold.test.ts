/** The fold of every beginning of a log: never complete early, and always a state from which the same end is reached. */
import { expect, test } from 'vitest';
import { type Entry, parseEntry } from '../../../tools/lib/runs/entry.js';
import { foldRun } from '../../../tools/lib/runs/fold.js';
import { nextMove } from '../../../tools/lib/runs/move.js';
import { stateOf } from '../../../tools/lib/runs/view.js';
import { rounds } from '../../support/rounds.js';
import { type Agent, type Asked, endOf, PaperRun, STAGES } from '../../support/runs.js';

/** Answers by key: the review asks twice, the specification once. */
function reviewing(): { agent: Agent; asked: Asked[]; effects: Map<string, number> } {
  const asked: Asked[] = [];
  const effects = new Map<string, number>();
  const agent: Agent = question => {
    asked.push(question);
    if (!effects.has(question.key)) effects.set(question.key, 1);
    const { step, iteration } = question;
    const asks = (step === 'review' && iteration < 3) || (step === 'spec' && iteration === 1);
    return { outcome: asks ? 'changes_requested' : 'done', payload: { note: `${step} ${iteration}` } };
  };
  return { agent, asked, effects };
}

const ORDER = 'implement1 review1 implement2 review2 implement3 review3 spec1 implement4 review4 spec2';

function whole(): PaperRun {
  const paper = new PaperRun();
  paper.open();
  paper.drive(reviewing().agent);
  return paper;
}

test('rounds of a review are iterations with keys of their own, and get what was asked for', () => {
  const { agent, asked } = reviewing();
  const paper = new PaperRun();
  paper.open();
  expect(paper.drive(agent)).toBe(true);
  expect(asked.map(({ step, iteration }) => step + iteration).join(' ')).toBe(ORDER);
  expect(new Set(asked.map(({ key }) => key)).size).toBe(asked.length);
  const inputs = asked.filter(({ step }) => step === 'implement').map(question => question.inputs.feedback);
  expect(inputs).toEqual([
    undefined,
    { step: 'review', note: 'review 1' },
    { step: 'review', note: 'review 2' },
    { step: 'spec', note: 'spec 1' },
  ]);
  expect(paper.run!.status).toBe('completed');
});

test('a log cut after any line, resumed: nothing is complete early, every effect happens once, the end is the same', () => {
  const full = whole();
  for (let length = 0; length < full.entries.length; length++) {
    const cut = PaperRun.from(full.entries.slice(0, length), STAGES);
    expect(cut.run?.status ?? 'none', `after ${length} lines`).toBe(length === 0 ? 'none' : 'running');
    const { agent, effects } = reviewing();
    // What the agent did before the cut it remembers.
    for (const entry of cut.entries) if (entry.op === 'intent') effects.set(entry.idempotency_key, 1);
    cut.open();
    cut.drive(agent);
    expect(endOf(cut.run!)).toEqual(endOf(full.run!));
    expect(effects.size).toBe(ORDER.split(' ').length);
  }
});

test('a log cut after any byte, or that lost any line, is never complete without each step', () => {
  const lines = whole().entries.map(entry => JSON.stringify(entry));
  const text = lines.join('\n');
  const parsed = (of: string): Entry[] => of.split('\n').flatMap(line => parseEntry(line) ?? []);
  for (let at = 0; at < text.length; at += rounds(7, 1)) {
    expect(foldRun(parsed(text.slice(0, at)))?.status).not.toBe('completed');
  }
  for (const [index] of lines.entries()) {
    const run = foldRun(parsed(lines.filter((_line, other) => other !== index).join('\n')));
    if (run?.status === 'completed') expect(run.steps.every(({ status }) => status === 'done')).toBe(true);
  }
  const empty = foldRun([]);
  expect(empty).toBeUndefined();
});

test('a forged end completes nothing', () => {
  const full = whole();
  const forged = PaperRun.from(full.entries.slice(0, 5), STAGES);
  forged.append({ op: 'completed' });
  expect(forged.run!.status).toBe('running');
  expect(nextMove(forged.run!)).toMatchObject({ kind: 'step', iteration: 2 });
});

test('a result that is not proven is done again in its iteration, under its key and with its inputs', () => {
  const full = whole();
  const results = full.entries.filter(entry => entry.op === 'result');
  for (const [index, lost] of results.entries()) {
    const upTo = full.entries.indexOf(results[Math.min(index + 2, results.length - 1)]!) + 1;
    const paper = PaperRun.from(full.entries.slice(0, upTo), STAGES);
    paper.open();
    paper.append({
      op: 'redo',
      step: lost.step,
      iteration: lost.iteration,
      reason: 'its receipt is missing',
    });
    const { agent, asked } = reviewing();
    paper.drive(agent);
    expect(asked[0]).toMatchObject({ step: lost.step, iteration: lost.iteration, key: lost.idempotency_key });
    expect(endOf(paper.run!)).toEqual(endOf(full.run!));
  }
});

test('an agent that changes its mind when it is asked again changes no key that was given out', () => {
  const full = whole();
  const paper = PaperRun.from(full.entries.slice(0, 8), STAGES);
  paper.open();
  paper.append({ op: 'redo', step: 'review', iteration: 1, reason: 'its receipt is missing' });
  const { agent } = reviewing();
  const fickle: Agent = asked =>
    asked.step === 'review' && asked.iteration === 1
      ? { outcome: 'changes_requested', payload: { note: 'something else' } }
      : agent(asked);
  paper.drive(fickle);
  const keys = (entries: Entry[]): string[] =>
    [...new Set(entries.flatMap(entry => (entry.op === 'intent' ? [entry.idempotency_key] : [])))].sort();
  expect(keys(paper.entries)).toEqual(keys(full.entries));
});

test('retries are counted, a failed run fails, and a resumed one tries anew', () => {
  let broken = true;
  const agent: Agent = ({ step }) =>
    step === 'implement' && broken
      ? { outcome: 'failed', payload: null }
      : { outcome: 'done', payload: null };
  const paper = new PaperRun();
  paper.open();
  paper.drive(agent);
  expect(paper.run).toMatchObject({ status: 'failed', reason: 'implement failed: it broke' });
  expect(paper.entries.filter(({ op }) => op === 'result')).toHaveLength(2);
  expect(stateOf(paper.run!).steps[0]).toMatchObject({ status: 'failed', attempt: 2, outcome: 'failed' });
  broken = false;
  paper.open();
  paper.drive(agent);
  expect(paper.run!.status).toBe('completed');
  expect(stateOf(paper.run!).steps[0]).toMatchObject({ status: 'done', attempt: 3 });
});

test('who asks for changes for ever fails the run, and may ask again when it is resumed', () => {
  const agent: Agent = ({ step }) => ({
    outcome: step === 'review' ? 'changes_requested' : 'done',
    payload: null,
  });
  const paper = new PaperRun();
  paper.open();
  paper.drive(agent);
  expect(paper.run!.reason).toBe('review asked for changes more than 3 times');
  expect(paper.entries.filter(entry => entry.op === 'result' && entry.step === 'review')).toHaveLength(4);
  paper.open();
  expect(paper.run!.status).toBe('running');
  expect(nextMove(paper.run!)).toMatchObject({ kind: 'step', iteration: 5 });
  paper.drive(agent);
  expect(paper.run!.status).toBe('failed');
});
