# The plugin's functions: what a shell and its commands see of them, with ledgerd and without.

setup() {
  load support
  make_root
  export XDG_RUNTIME_DIR="$BASE/run"
  mkdir -m 700 "$XDG_RUNTIME_DIR"
  PLUGIN="source $CHECKOUT/tools/zsh/agent-ledger.plugin.zsh"
  ledgerd start
}

teardown() { ledgerd stop --root "$ROOT" 2>/dev/null || true; }

served() { ledgerd status --json | jq .served; }
# Runs code after the plugin with the options given; the number of calls that the daemon answered is in $calls.
in_lane() {
  local before
  before=$(served)
  run --separate-stderr zsh -f "${@:2}" -c "emulate zsh -c '$PLUGIN'; $1"
  calls=$(($(served) - before - 1))
}
summaries() { jq -c .summary "$(day_file "${1:-cls}")"; }

@test "what is passed arrives byte by byte, and nothing of it is evaluated" {
  local value
  for value in '' ' ' -- --x '$(touch x)' '`touch x`' 'a  b' '*' "it's" '\' '3:abc,' $'two\nlines\t' '%n' 'ภาษาไทย' '🙂é'; do
    run zsh -f -c "$PLUGIN"'; ledger-write cls info T-1 test --json -- "$1"' zsh "$value"
    assert_success
    assert_equal "$(jq .summary <<<"$output")" "$(jq -n --arg value "$value" '$value')"
    run zsh -f -c "$PLUGIN; export LC_ALL=C LC_CTYPE=C"'; ledger-write cls info T-1 test -- "$1"' zsh "$value"
    assert_success
    assert_equal "$(last_line cls | jq .summary)" "$(jq -n --arg value "$value" '$value')"
  done
  [ ! -e x ]
  assert_equal "$(served)" 31
}

@test "it works under the options of any shell, and changes none" {
  local options
  for options in '' '-e -u -o pipefail' '-o ksh_arrays -o sh_word_split -o glob_subst' \
    '-o no_multibyte -o posix_identifiers -o c_precedences -o csh_null_glob' \
    '-o err_return -o no_function_argzero -o warn_create_global -o no_unset' '-o octal_zeroes -o c_bases -o local_traps'; do
    # shellcheck disable=SC2086
    in_lane 'zmodload zsh/parameter; trap : PIPE; REPLY=own; before="${(@kv)options} $(trap) $REPLY"
      ledger-write cls info T-1 test "a  *"; print $?
      ledger-write cls || print refused $?
      ledger-claim check nothing --agent-id cls || print refused $?
      [[ "$before" == "${(@kv)options} $(trap) $REPLY" ]]; print $?' $options
    assert_output $'0\nrefused 64\nrefused 4\n0'
    assert_equal "$calls" 3
  done
}

@test "a shell that has loaded some of zsh's modules itself takes the lane as well" {
  for module in net/socket system datetime zselect stat parameter; do
    in_lane "zmodload zsh/$module; ledger-write cls info T-1 test words"
    assert_success
    assert_equal "$calls" 1
  done
}

@test "a failed call fails the shell that wants it so" {
  in_lane 'ledger-write cls; print not here' -e
  assert_failure 64
  assert_output ''
}

@test "no descriptor stays open, and none reaches a command" {
  in_lane 'before=(/dev/fd/*(N)); for i in {1..20}; do ledger-write cls info T-1 test $i; done
    ledger-write cls info T-1 test --json x >/dev/null; ledger-write cls 2>/dev/null
    after=(/dev/fd/*(N)); [[ "$before" == "$after" ]]; print $?'
  assert_output 0
}

@test "subshells, pipelines and substitutions write under ids of their own" {
  in_lane 'ledger-write cls info T-1 test here; (ledger-write cls info T-1 test sub)
    for i in {1..10}; do (ledger-write cls info T-1 test $i) & done; wait
    print -r -- "$(ledger-write cls info T-1 test --json captured)" | { read -r line; ledger-write cls info T-1 test piped }'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  assert_equal "$(jq -s '[.[].id] | unique | length' "$(day_file cls)")" 14
  assert_equal "$calls" 14
}

@test "long arguments and long answers pass, and what is too long is left to the executable" {
  in_lane 'data="{\"text\":\"${(l:60000::é:)}\"}"
    line=$(ledger-write cls info T-1 test --json long "$data"); print ${#line}
    ledger-write cls info T-1 test "${(l:5000::x:)}" 2>/dev/null; print $?'
  assert_output --regexp $'^60[0-9]{3}\n65$'
  assert_equal "$calls" 2
  run ledger-validate --chain
  assert_success
}

@test "hooks read their payload where the hook would, also from a pipe that nobody closes" {
  payload='{"hook_event_name":"UserPromptSubmit","session_id":"s-1","prompt":"Do it","cwd":"/"}'
  in_lane "print -rn -- '$payload' | cls-hook; print \$?
    { print -r -- '${payload/s-1/s-2}'; sleep 2 } | cls-hook; print \$?
    andy-hook '${payload/s-1/s-3}' </dev/null; hybrid-hook info T-1 'not from here' <<<'left alone'"
  assert_output $'0\n0'
  assert_equal "$calls" 4
  assert_equal "$(jq -s length "$(day_file cls)") $(jq -s length "$(day_file andy)") $(jq -s length "$(day_file hybrid)")" '2 1 1'
  ledgerd stop
  run zsh -f -c "$PLUGIN; print -rn -- '${payload/s-1/s-4}' | cls-hook"
  assert_equal "$(jq -s length "$(day_file cls)")" 3
  ledgerd start
}

@test "the scripts and the hook script take the same lane" {
  tools=$CHECKOUT/tools
  before=$(served)
  "$tools/ledger_write.zsh" cls info T-1 test scripted
  "$tools/status_update.zsh" cls busy
  "$tools/cls_ledger_hook.zsh" info T-1 hooked
  echo '{"hook_event_name":"UserPromptSubmit","session_id":"s-1","prompt":"Do it","cwd":"/"}' | zsh -f "$tools/ledger-hook.zsh" cls
  assert_equal "$(($(served) - before))" 5
  run "$tools/ledger_write.zsh" cls
  assert_failure 64
  run zsh -f "$tools/ledger-hook.zsh" cls --strict info
  assert_failure 64
  run zsh -f "$tools/ledger-hook.zsh" cls info
  assert_success
  run summaries
  assert_line '"scripted"'
  assert_line '"hooked"'
}

@test "in an interactive shell nothing is said of jobs, with a daemon and when one is started" {
  ledgerd stop
  printf '{"daemon":{"autostart":true}}' >ledger.config.json
  run zsh -f -i -c "$PLUGIN; ledger-write cls info T-1 test one; ledger-write cls info T-1 test two"
  assert_success
  assert_output ''
  for _ in {1..200}; do ledgerd status >/dev/null 2>&1 && break; sleep 0.05; done
  run ledgerd status
  assert_success
  LEDGER_DAEMON_AUTOSTART=false run zsh -f -i -c "$PLUGIN; ledger-write cls info T-1 test three"
  assert_output ''
  assert_equal "$(jq -s length "$(day_file cls)")" 3
}

@test "a function of one's own stays, and unloading takes the plugin's away" {
  run zsh -f -c "ledger-status() { print mine }; $PLUGIN; ledger-status; whence -w ledger-write; agent-ledger_plugin_unload
    ledger-status; whence -w ledger-write; typeset -m '_agent_ledger*'"
  assert_output $'mine\nledger-write: function\nmine\nledger-write: command'
}

@test "a zsh that has no sockets uses the executables" {
  run zsh -f -c "$PLUGIN; module_path=(); ledger-write cls info T-1 test alone"
  assert_success
  assert_output ''
  run summaries
  assert_output '"alone"'
}
