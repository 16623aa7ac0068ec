import { crontabStore } from '../crontab.js';
import { eolOf } from '../list-edit.js';
import { shellWord } from '../quote.js';
import type { Edited } from '../target.js';
import type { Client, Context } from './client.js';
import { heartbeatWords, timerName } from './heartbeat.js';

/** cron: a marked block in the person's crontab for each agent and root. */
export const cron: Client = {
  name: 'cron',
  title: 'cron',
  executable: 'status-update',
  scopes: ['user'],
  targets(context) {
    return [
      {
        store: crontabStore(context.environment, timerName(context)),
        isOwn: false,
        install: text => withBlock(text ?? '', context),
        remove: text => withoutBlock(text, context),
      },
    ];
  },
  notes: () => [],
};

function marks(context: Context): { begin: string; end: string } {
  const name = `agent-ledger heartbeat ${timerName(context)}`;
  return { begin: `# >>> ${name} >>>`, end: `# <<< ${name} <<<` };
}

function withBlock(text: string, context: Context): Edited {
  const { begin, end } = marks(context);
  // In a crontab `%` ends the command.
  const command = heartbeatWords(context).map(shellWord).join(' ').replaceAll('%', '\\%');
  const block = [begin, `*/5 * * * * ${command} >/dev/null 2>&1`, end];
  const lines = text.split('\n');
  const [first, last] = [lines.indexOf(begin), lines.indexOf(end)];
  const isThere = first !== -1 && last > first;
  if (isThere) lines.splice(first, last - first + 1, ...block);
  const gap = text === '' || text.endsWith('\n') ? '' : eolOf(text);
  const edited = isThere ? lines.join('\n') : `${text}${gap}${block.join('\n')}\n`;
  return { text: edited, isEmpty: false, notes: [] };
}

function withoutBlock(text: string, context: Context): Edited {
  const { begin, end } = marks(context);
  const lines = text.split('\n');
  const [first, last] = [lines.indexOf(begin), lines.indexOf(end)];
  if (first !== -1 && last > first) lines.splice(first, last - first + 1);
  const rest = lines.join('\n');
  return { text: rest, isEmpty: rest === '', notes: [] };
}
