/**
 * Short options that carry a secret, of the commands known to take one there: `curl -u`, `mysql -p…`,
 * `sshpass -p`. Of any other command `-p` is a port or a parent directory. The command an option belongs to is
 * the last one named before it without a `|`, `;`, `&&` or line end between; both are found in one forward pass.
 */

import { cookieSpan } from './header.js';
import { isReference } from './judge.js';
import type { Span } from './span.js';
import { extendValue, readValue, type Value } from './value.js';

/** What the value holds: all of it secret, `user:password`, `user%password`, `pass:secret`, or cookies. */
type Holds = 'all' | 'user:' | 'user%' | 'pass:' | 'cookies';

interface CommandOption {
  names: string[];
  holds: Holds;
  /** Whether its value follows the letter directly (`-psecret`), as the next word, or as people like. */
  form: 'attached' | 'separate' | 'either';
  /** Only behind the word `login`. */
  needsLogin?: boolean;
}

const option = (names: string, holds: Holds, form: CommandOption['form'] = 'either'): CommandOption => ({
  names: names.split(' '),
  holds,
  form,
});
const ofLogin: CommandOption = { ...option('-p', 'all', 'separate'), needsLogin: true };

const COMMANDS: Record<string, CommandOption[]> = {
  'curl curlie': [option('-u -U --user --proxy-user', 'user:'), option('-b --cookie', 'cookies')],
  'http https xh xhs': [option('-a --auth', 'user:')],
  'mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlsh mariadb mariadb-dump mariadb-admin': [
    option('-p', 'all', 'attached'),
  ],
  '7z 7za 7zz rar unrar': [option('-p', 'all', 'attached')],
  sshpass: [option('-p', 'all')],
  'redis-cli valkey-cli': [option('-a', 'all')],
  'mongo mongosh mongodump mongorestore mongoexport mongoimport': [option('-p', 'all')],
  'ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd': [option('-w', 'all')],
  'smbclient rpcclient': [option('-U --user', 'user%')],
  'docker podman nerdctl buildah skopeo helm oras': [ofLogin],
  'az oc': [ofLogin],
  'zip unzip zipcloak': [option('-P', 'all')],
  'sqlcmd bcp osql': [option('-P', 'all')],
  openssl: [option('-passin -passout -pass', 'pass:', 'separate'), option('-k -K', 'all', 'separate')],
};

const OPTIONS = new Map(
  Object.entries(COMMANDS).flatMap(([names, options]) => names.split(' ').map(name => [name, options])),
);
const IS_NAMED = new RegExp(`(?:^|[^\\w.-])(?:${[...OPTIONS.keys()].join('|')})[\\s"']`);
/** A command's name, what ends a command, or an option. */
const PARTS = new RegExp(
  `(?<=^|[\\s"'\`/(=:,\\[])(?<command>${[...OPTIONS.keys()].join('|')})(?=[\\s"'])|(?<end>[\\n;|](?=[\\s"'\`|]|$)|&&|\\\\n)|(?<=[\\s"'])(?<option>--?[a-zA-Z][a-z-]{0,11})`,
  'g',
);
const LOGIN = /\s["']?login["']?[\s,]/;
const LINE_GOES_ON = /\\\r?$/;
const JOINT = /(?:[ \t]|\\\r?\n[ \t]*){1,16}|\\{0,15}["'][ \t]{0,4},[ \t\n]{0,8}(?=\\{0,15}["'])|=/y;

/** A command that was named, and where. */
interface Command {
  options: CommandOption[];
  at: number;
}

/** Whether a known command and a dash are in the text: without both there are no spans. */
export function namesCommand(text: string): boolean {
  return text.includes('-') && IS_NAMED.test(text);
}

export function optionSpans(text: string): Span[] {
  if (!namesCommand(text)) return [];
  const spans: Span[] = [];
  let command: Command | undefined;
  PARTS.lastIndex = 0;
  for (let part = PARTS.exec(text); part !== null; part = PARTS.exec(text)) {
    const { index, groups = {} } = part;
    if (groups.command !== undefined) command = { options: OPTIONS.get(groups.command)!, at: index };
    else if (groups.end !== undefined) {
      const isContinued = part[0] === '\n' && LINE_GOES_ON.test(text.slice(Math.max(0, index - 2), index));
      if (!isContinued) command = undefined;
    } else if (command !== undefined) {
      const span = spanOfOption(text, index, groups.option!, command);
      if (span) spans.push(span);
    }
  }
  return spans;
}

function spanOfOption(text: string, at: number, given: string, command: Command): Span | undefined {
  const short = given.slice(0, 2);
  const known = command.options.find(
    ({ names }) => names.includes(given) || (given[1] !== '-' && names.includes(short)),
  );
  if (known === undefined) return undefined;
  if (known.needsLogin && !LOGIN.test(text.slice(Math.max(command.at, at - 200), at))) return undefined;
  const name = known.names.includes(given) ? given : short;
  JOINT.lastIndex = at + name.length;
  const isJoined = JOINT.test(text);
  if (known.form === (isJoined ? 'attached' : 'separate') || (!isJoined && name.length > 2)) return undefined;
  const value = readValue(text, isJoined ? JOINT.lastIndex : at + name.length);
  return value && secretIn(text, value, known.holds);
}

function secretIn(text: string, value: Value, holds: Holds): Span | undefined {
  if (holds === 'cookies') return cookieSpan(text, value, false);
  const head = text.slice(value.start, value.end);
  const skipped = holds === 'all' ? 0 : head.indexOf(holds === 'user%' ? '%' : ':') + 1;
  if (holds !== 'all' && skipped === 0) return undefined;
  if (holds === 'pass:' && !head.startsWith('pass:')) return undefined;
  const secret = head.slice(skipped);
  if (isReference(secret) || (value.quote === '' && secret.startsWith('-'))) return undefined;
  if (holds === 'user:' && /^\d{1,5}$/.test(secret) && /^\d+:$/.test(head.slice(0, skipped)))
    return undefined;
  return { start: value.start + skipped, end: extendValue(text, value), rule: 'password' };
}
