/**
 * A plain command as an agent: its exit status is the answer. It finds what is asked of it in its environment and,
 * as one line of JSON, on its standard input. 0: done. 10, from a step with a loop: it asks for changes, and what
 * it printed says which.
 */
import { shorten } from '../record/ids.js';
import { type Answer, type Attempt, failed, GRACE_MS, isStopped, STOPPED, startAgent } from './attempt.js';
import { OutputTail } from './output-tail.js';

/** The exit status that asks for changes. */
const CHANGES_REQUESTED = 10;

export async function askPlainly(attempt: Attempt): Promise<Answer | typeof STOPPED> {
  const { step, message, rules } = attempt;
  const output = new OutputTail();
  const agent = startAgent(attempt, chunk => {
    output.push(chunk);
    agent.tail.push(chunk);
  });
  agent.command.pipes.stdin?.end(`${JSON.stringify(message)}\n`);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    agent.command.stop(GRACE_MS);
  }, step.timeout_s * 1000);
  const { status, problem } = await agent.ended;
  clearTimeout(timer);
  const said = { exit_code: status, messages: agent.tail.text(rules) };
  if (isLate) return failed(`it took longer than ${step.timeout_s} s`, said);
  if (isStopped(attempt, agent)) return STOPPED;
  if (problem !== undefined) return failed(`${shorten(step.command[0]!)}: ${problem}`, said);
  if (status === 0) return answered('done', said);
  if (status !== CHANGES_REQUESTED || step.loop === null) return failed(`exit status ${status}`, said);
  return answered('changes_requested', said, { summary: output.text(rules) });
}

function answered(
  outcome: Answer['outcome'],
  said: Pick<Answer, 'exit_code' | 'messages'>,
  payload: Answer['payload'] = null,
): Answer {
  return { ...failed(''), outcome, reason: null, payload, ...said };
}
