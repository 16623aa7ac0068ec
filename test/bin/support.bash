# What every bats file loads: the built executables under their own names, and an empty root to work in.
bats_require_minimum_version 1.5.0
bats_load_library() { load "$BATS_TEST_DIRNAME/../../node_modules/$1/load.bash"; }
bats_load_library bats-support
bats_load_library bats-assert

CHECKOUT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd -P)

# A fresh directory with a root in it, and nothing of the person's own environment.
make_root() {
  local name path
  for name in $(compgen -e); do
    case $name in LEDGER_* | LUKA_* | GIT_* | XDG_* | HYBRID_* | NODE_EXTRA_CA_CERTS | NO_COLOR | CODEX_HOME | CLAUDE_CONFIG_DIR | COPILOT_HOME) unset "$name" ;; esac
  done
  BASE=$(cd "$BATS_TEST_TMPDIR" && pwd -P)
  export HOME="$BASE/home" ROOT="$BASE/root" TZ=UTC
  # One code cache for all tests, as a person has it.
  export XDG_CACHE_HOME="$BATS_RUN_TMPDIR/cache"
  mkdir -p "$HOME" "$ROOT/g/ledger" "$BASE/bin"
  for path in "$CHECKOUT"/dist/bin/*.cjs; do
    name=${path##*/}
    ln -sf "$path" "$BASE/bin/${name%.cjs}"
  done
  PATH="$BASE/bin:$PATH"
  cd "$ROOT" || return
  if [[ ${LANE-} == daemon ]]; then begin_lane; fi
}

# With LANE=daemon the same tests run through the plugin and ledgerd.
begin_lane() {
  export XDG_RUNTIME_DIR="$BASE/run"
  mkdir -p -m 700 "$XDG_RUNTIME_DIR"
  ledgerd start
  LANE_CODE="source $CHECKOUT/tools/zsh/agent-ledger.plugin.zsh;"
  eval "plain_$(declare -f teardown)"
  teardown() {
    plain_teardown
    ledgerd stop --root "$ROOT" 2>/dev/null || true
  }
}

# Runs zsh code in the root, without the person's start-up files: `in_zsh 'ledger-write cls info …'`.
in_zsh() { run zsh -f -c "${LANE_CODE-}$1" zsh "${@:2}"; }

# Today's day file of an agent.
day_file() { printf '%s/g/ledger/%s/%s.jsonl' "$ROOT" "$1" "$(date +%Y-%m-%d)"; }

# Leaves on PATH only the system's programs, node and jq, so that nothing of ours is there.
plain_path() {
  local name
  mkdir -p "$BASE/plain"
  for name in node jq; do [ -e "$BASE/plain/$name" ] || ln -s "$(command -v $name)" "$BASE/plain/$name"; done
  PATH="$BASE/plain:/usr/bin:/bin"
}

# As in_zsh, with the two streams apart: stdout in $output, messages in $stderr.
apart() { run --separate-stderr zsh -f -c "${LANE_CODE-}$1" zsh "${@:2}"; }

# The last `apart` was refused: this exit status, nothing on stdout, one line on stderr that holds the text.
assert_refused() {
  assert_failure "$1"
  assert_output ''
  local line="$stderr"
  # Wrong usage shows below its message how it goes.
  if [[ $1 == 64 ]]; then line=${stderr%%$'\n'usage:*}; fi
  if [[ $line == *$'\n'* || $line != *"$2"* ]]; then fail "not one line with \"$2\": $stderr"; fi
}

# No event, no status, no quarantine: the root holds what it held when it was made.
assert_nothing_written() {
  local files
  files=$(find g agents -type f 2>/dev/null || true)
  if [[ -n $files ]]; then fail "written: $files"; fi
}

# The newest line of an agent's ledger.
last_line() { tail -n 1 "$(day_file "$1")"; }
