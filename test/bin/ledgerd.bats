# ledgerd: one for each root, and what becomes of calls when it is not there, stops answering, or is killed.

setup() {
  load support
  make_root
  export XDG_RUNTIME_DIR="$BASE/run"
  mkdir -m 700 "$XDG_RUNTIME_DIR"
  PLUGIN="source $CHECKOUT/tools/zsh/agent-ledger.plugin.zsh;"
}

teardown() { ledgerd stop --root "$ROOT" 2>/dev/null || true; }

fact() { ledgerd status --json | jq -r ".$1"; }
count() { wc -l <"$(day_file cls)" | tr -d ' '; }
# Waits until a command succeeds.
until_true() {
  local -i tries=500
  until "$@"; do
    if ((tries-- == 0)); then fail "never: $*"; fi
    sleep 0.02
  done
}

@test "start returns when it answers, is fine when it runs, status shows it, stop ends it" {
  apart 'ledgerd start && ledgerd start'
  assert_success
  assert_output ''
  in_zsh 'ledgerd status'
  assert_success
  assert_line --regexp "^root +$ROOT$"
  run fact running
  assert_output true
  pid=$(fact pid)
  apart 'ledgerd stop'
  assert_success
  assert_output ''
  until_true eval "! kill -0 $pid 2>/dev/null"
  apart 'ledgerd stop'
  assert_failure 4
  apart 'ledgerd status'
  assert_failure 4
  assert_output ''
  apart 'ledgerd status --json'
  assert_output '{"running":false}'
}

@test "its verb is needed and alone" {
  apart 'ledgerd'
  assert_refused 64 'say start, stop'
  apart 'ledgerd restart'
  assert_refused 64 'say start'
  apart 'ledgerd start now'
  assert_refused 64 'too many arguments'
  apart 'ledgerd start --root /nowhere'
  assert_refused 3 'is not a directory'
}

@test "of many that are started at once one is there, and a second run says so" {
  in_zsh 'for i in {1..6}; do ledgerd start & done; wait; for job in $jobstates; do print $job; done'
  assert_success
  apart 'ledgerd run'
  assert_refused 2 'ledgerd runs already for this root'
  run pgrep -f "run --root $ROOT"
  assert_equal "${#lines[@]}" 1
}

@test "the socket and its directory are for nobody else; a directory that others can enter is refused" {
  ledgerd start
  run find "$XDG_RUNTIME_DIR/agent-ledger" -printf '%m %y\n'
  assert_output $'700 d\n600 s'
  ledgerd stop
  chmod 755 "$XDG_RUNTIME_DIR/agent-ledger"
  apart 'ledgerd start'
  assert_refused 3 'nobody else can enter'
}

@test "without a runtime directory the socket is in the control plane, and found from a repository and outside one" {
  unset XDG_RUNTIME_DIR
  # Short: the path of a socket has its limit.
  export XDG_STATE_HOME="$BASE/s"
  ledgerd start
  [ -S "$XDG_STATE_HOME"/agent-ledger/*/ledgerd.sock ]
  in_zsh "$PLUGIN"'ledger-write cls info T-1 test one'
  assert_equal "$(fact served)" 2
  ledgerd stop
  git init -q .
  ledgerd start
  [ -S .git/agent-ledger/ledgerd.sock ]
  [ ! -L .git/agent-ledger/ledgerd.sock ]
  mkdir deep
  in_zsh "$PLUGIN"'cd deep; ledger-write cls info T-1 test one'
  assert_equal "$(fact served)" 2
}

@test "a client without the runtime directory finds one that has it, and the other way round" {
  git init -q .
  ledgerd start
  in_zsh "unset XDG_RUNTIME_DIR; $PLUGIN"'ledger-write cls info T-1 test one'
  assert_equal "$(fact served)" 2
  ledgerd stop
  (unset XDG_RUNTIME_DIR && ledgerd start)
  in_zsh "$PLUGIN"'ledger-write cls info T-1 test two'
  assert_equal "$(fact served)" 2
}

@test "a socket that was left behind is replaced, and a client that finds it falls back" {
  ledgerd start
  kill -KILL "$(fact pid)"
  in_zsh "$PLUGIN"'ledger-write cls info T-1 test one'
  assert_success
  assert_output ''
  assert_equal "$(count)" 1
  ledgerd start
  in_zsh "$PLUGIN"'ledger-write cls info T-1 test two'
  assert_equal "$(fact served)" 2
  assert_equal "$(count)" 2
}

@test "one that is stopped in the middle is fallen back from, and does not write a second event when it goes on" {
  ledgerd start
  pid=$(fact pid)
  kill -STOP "$pid"
  in_zsh "$PLUGIN"'for i in 1 2 3; do ledger-write cls info T-1 test "number $i" || exit; done; cls-hook info T-1 hooked'
  kill -CONT "$pid"
  assert_success
  assert_output ''
  until_true ledgerd status
  assert_equal "$(count)" 4
  run ledger-validate --chain
  assert_success
}

@test "what it cannot serve as the caller would is left to the executable" {
  ledgerd start
  in_zsh "$PLUGIN"'print "{\"event\":\"info\",\"task_id\":\"T\",\"source\":\"s\",\"summary\":\"piped\"}" | ledger-write cls --stdin
    TZ=Asia/Bangkok ledger-write cls info T-1 test zoned
    ledger-write cls info T-1 test read --data-file <(print "{\"a\":1}")
    ledger-claim run T-1 --agent-id cls -- echo ran'
  assert_success
  assert_output ran
  run jq -r 'select(.source != "ledger-claim") | "\(.summary) \(.ts[23:]) \(.data.a)"' "$(day_file cls)"
  assert_line 'piped +00:00 null'
  assert_line 'zoned +07:00 null'
  assert_line 'read +00:00 1'
}

@test "relaxed, everything is there after it was killed" {
  printf '{"daemon":{"durability":"relaxed"}}' >ledger.config.json
  ledgerd start
  pid=$(fact pid)
  in_zsh "$PLUGIN"'for i in {1..50}; do ledger-write cls info T-1 test "number $i"; done; kill -KILL '"$pid"
  assert_success
  assert_equal "$(count)" 50
  run ledger-validate --chain
  assert_success
}

@test "it ends when nobody uses it, and when its root is gone" {
  LEDGER_DAEMON_IDLE_TIMEOUT_S=1 ledgerd start
  pid=$(pgrep -f "run --root $ROOT")
  until_true eval "! kill -0 $pid 2>/dev/null"
  ledgerd start
  pid=$(fact pid)
  mv "$ROOT" "$BASE/elsewhere"
  until_true eval "! kill -0 $pid 2>/dev/null"
  mv "$BASE/elsewhere" "$ROOT"
}

@test "a changed configuration brings its successor" {
  ledgerd start
  pid=$(fact pid)
  printf '{"daemon":{"idle_timeout_s":600}}' >ledger.config.json
  until_true eval '! kill -0 '"$pid"' 2>/dev/null && ledgerd status >/dev/null'
  assert_not_equal "$(fact pid)" "$pid"
}

@test "a signal lets it answer and end, with nothing left but its log and its lock" {
  ledgerd start
  pid=$(fact pid)
  kill -TERM "$pid"
  until_true eval "! kill -0 $pid 2>/dev/null"
  run find "$XDG_RUNTIME_DIR" -type s
  assert_output ''
  run jq -r .msg "$HOME"/.local/state/agent-ledger/*/ledgerd.log
  assert_line 'ended: asked'
}

@test "the leases of a registered agent are renewed as long as its process lives" {
  printf '{"daemon":{"heartbeat_s":1}}' >ledger.config.json
  ledgerd start
  ledger-claim acquire T-1 --agent-id cls --ttl 4s
  sleep 60 3>&- &
  worker=$!
  apart "ledgerd register cls --pid $worker"
  assert_success
  assert_output ''
  beats() { ledger-claim list --json | jq .beat; }
  two_beats() { (($(beats) >= 2)); }
  until_true two_beats
  assert_equal "$(jq -r .state agents/cls/status.json)" idle
  run fact 'agents | join(" ")'
  assert_output cls
  kill "$worker"
  wait "$worker" 2>/dev/null || true
  gone() { [ -z "$(fact 'agents | join(" ")')" ]; }
  until_true gone
  ledgerd stop
  apart 'ledgerd register cls'
  assert_refused 4 'no ledgerd runs'
  apart 'ledgerd register cls --pid -1'
  assert_refused 65 'is not a process id'
  apart 'ledgerd register'
  assert_refused 64 'an agent is needed'
}

@test "units are printed and start nothing" {
  in_zsh 'ledgerd start --systemd'
  assert_success
  assert_line --partial "run --root $ROOT"
  in_zsh 'ledgerd start --launchd'
  assert_success
  assert_line "    <string>$ROOT</string>"
  apart 'ledgerd status'
  assert_failure 4
}
