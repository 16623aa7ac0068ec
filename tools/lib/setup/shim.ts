/**
 * Shims: small scripts at one fixed place, by which clients and timers call us. A client's configuration then
 * outlives every upgrade of Node and of this package, also under a version manager that puts the version into
 * the path; it works where PATH has no node; and Codex, which trusts a command by its text, need not be asked
 * again. A hook whose package is gone ends well and silently: an agent must not stop for its ledger.
 */
import { type Context, shimPath } from './clients/client.js';
import type { Installation } from './installation.js';
import { shellWord } from './quote.js';
import { fileStore, OWN_MARK, ownFile, type Target } from './target.js';

/** Where npm and the version managers put executables, beside the place that is known. */
const ELSEWHERE = [
  ...['"$HOME"/.nvm/versions/node/*/bin', '"$HOME"/.local/share/fnm/node-versions/*/installation/bin'],
  ...[
    '"$HOME"/.volta/bin',
    '"$HOME"/.local/share/mise/shims',
    '"$HOME"/.asdf/shims',
    '"$HOME"/.npm-global/bin',
  ],
  ...['"$HOME"/.local/share/pnpm', '"$HOME"/Library/pnpm', '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'],
];

/** The shim of an executable of this installation. */
export function shimTarget(executable: string, { home }: Context, installation: Installation): Target {
  return ownFile(fileStore(shimPath(home, executable), 'user', true), shimText(installation));
}

/** The same text for each executable: the name it is called by says which one to start. */
function shimText({ bin, node }: Installation): string {
  return `#!/bin/sh
# ${OWN_MARK}: starts the executable of this name wherever it is now.
name=\${0##*/}
own=\${0%/*}
path=\${PATH:-/usr/bin:/bin}
for bin in ${shellWord(bin)} ${ELSEWHERE.join(' ')}; do
  for file in "$bin/$name" "$bin/$name.cjs"; do
    [ "$bin" != "$own" ] && [ -f "$file" ] && [ -x "$file" ] || continue
    PATH=$bin:${shellWord(node)}:$path:/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin
    export PATH
    command -v node >/dev/null 2>&1 && exec "$file" "$@"
  done
done
case $name:$1 in
  *-hook:run) ;;
  *-hook:*) exit 0 ;;
esac
echo "$name: agent-ledger or node is not where it was; install it again and run ledger-init --client" >&2
exit 127
`;
}
