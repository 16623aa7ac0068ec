# What every bats file loads: the built executables under their own names, and an empty root to work in.
bats_load_library() { load "$BATS_TEST_DIRNAME/../../node_modules/$1/load.bash"; }
bats_load_library bats-support
bats_load_library bats-assert

CHECKOUT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd -P)

# A fresh directory with a root in it, and nothing of the person's own environment.
make_root() {
  local name path
  for name in $(compgen -e); do
    case $name in LEDGER_* | LUKA_* | GIT_* | XDG_* | HYBRID_* | NODE_EXTRA_CA_CERTS | NO_COLOR) unset "$name" ;; esac
  done
  BASE=$(cd "$BATS_TEST_TMPDIR" && pwd -P)
  export HOME="$BASE/home" ROOT="$BASE/root" TZ=UTC
  mkdir -p "$HOME" "$ROOT/g/ledger" "$BASE/bin"
  for path in "$CHECKOUT"/dist/bin/*.cjs; do
    name=${path##*/}
    ln -sf "$path" "$BASE/bin/${name%.cjs}"
  done
  PATH="$BASE/bin:$PATH"
  cd "$ROOT" || return
}

# Runs zsh code in the root, without the person's start-up files: `in_zsh 'ledger-write cls info …'`.
in_zsh() { run zsh -f -c "$1" zsh "${@:2}"; }

# Today's day file of an agent.
day_file() { printf '%s/g/ledger/%s/%s.jsonl' "$ROOT" "$1" "$(date +%Y-%m-%d)"; }

# Leaves on PATH only the system's programs, node and jq, so that nothing of ours is there.
plain_path() {
  local name
  mkdir -p "$BASE/plain"
  for name in node jq; do [ -e "$BASE/plain/$name" ] || ln -s "$(command -v $name)" "$BASE/plain/$name"; done
  PATH="$BASE/plain:/usr/bin:/bin"
}
