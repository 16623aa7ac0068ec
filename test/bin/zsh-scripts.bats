# The names that older wrappers call, in a copy of the checkout as git would give it, built.

setup() {
  load support
  make_root
  COPY="$BASE/copy"
  mkdir -p "$COPY/tools"
  cp -R "$CHECKOUT/dist" "$COPY/dist"
  cp -R "$CHECKOUT/tools/zsh" "$CHECKOUT"/tools/*.zsh "$COPY/tools"
  git init -q "$COPY"
  cd "$COPY"
  ROOT=$COPY
  NODE=$(command -v node)
}

last() { tail -1 "$(day_file "${2:-cls}")" | jq -r "$1"; }

# Runs a script with nothing of the environment but what is named: `bare PATH=/nowhere -- tools/x.zsh …`.
bare() {
  local -a variables
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  run env -i HOME="$HOME" "${variables[@]}" "$(command -v zsh)" -f "$@"
}

@test "the commands of the plan work as they are" {
  run zsh -fc 'tools/ledger_write.zsh cls task_start "wo-test" "gg_orchestrator" "Test task"'
  assert_success
  assert_output ''
  assert_equal "$(last '[.agent, .event, .task_id, .source, .summary, .data] | @json')" \
    '["cls","task_start","wo-test","gg_orchestrator","Test task",{}]'
  run zsh -fc 'tools/status_update.zsh cls idle "2025-11-16T10:00:00+07:00"'
  assert_success
  assert_output ''
  run jq -r '[.state, .last_heartbeat] | @tsv' agents/cls/status.json
  assert_output "$(printf 'idle\t2025-11-16T10:00:00+07:00')"
  run zsh -fc "tools/ledger_schema_validate.zsh g/ledger/cls/$(date +%Y-%m-%d).jsonl"
  assert_success
}

@test "a status from before the newest one is kept as it is, and said" {
  tools/status_update.zsh cls busy '' wo-1
  run tools/status_update.zsh cls idle '2025-11-16T10:00:00+07:00'
  assert_success
  assert_output --partial 'the status of cls is kept as it is'
  run jq -r .state agents/cls/status.json
  assert_output busy
}

@test "the sixth argument stays what it is, given or not" {
  for data in '{}' '{"key":"value"}' '{"a":{"b":{}}}'; do
    run tools/ledger_write.zsh cls info T-1 test words "$data"
    assert_success
    assert_equal "$(last '.data | @json')" "$data"
  done
  run tools/ledger_write.zsh cls info T-1 test words ''
  assert_success
  assert_equal "$(last '.data | @json')" '{}'
  run tools/ledger_write.zsh cls info T-1 test words '{}}'
  assert_failure 65
}

@test "arguments are values, also those that look like options or code" {
  local value
  for value in --help --json --root=/nowhere --data-file=/etc/passwd -- -x '$(touch x)' '`touch x`' 'a  b' '*' "it's" '\' \
    $'two\nlines\t' '%n' '~' '' '"; touch x'; do
    run tools/ledger_write.zsh cls info T-1 test "$value"
    assert_success
    assert_output ''
    assert_equal "$(last '.summary | @json')" "$(jq -n --arg value "$value" '$value | @json' -r)"
  done
  [ ! -e x ]
}

@test "a caller that begins with an option means it" {
  run tools/ledger_write.zsh --json cls info T-1 test words
  assert_success
  run jq -r .summary <<<"$output"
  assert_output words
  run tools/status_update.zsh --help
  assert_line --partial 'usage: status-update'
  run tools/cls_session_summary.zsh --help
  assert_line --partial 'usage: session-summary'
}

@test "a session summary is printed, or written to the file" {
  session="$(date +%Y-%m-%d)_cls_001"
  tools/ledger_write.zsh cls info T-1 test words
  run tools/cls_session_summary.zsh "$session"
  assert_success
  assert_line "# Session $session"
  run tools/cls_session_summary.zsh "$session" "memory/cls/sessions/$session.md"
  assert_success
  assert_output ''
  run tools/cls_session_summary.zsh "$session" 'a copy'
  assert_success
  run diff 'a copy' "memory/cls/sessions/$session.md"
  assert_success
  run tools/cls_session_summary.zsh
  assert_failure 65
}

@test "the hooks record as older wrappers call them, and end with 0" {
  for agent in cls andy hybrid; do
    run "tools/${agent}_ledger_hook.zsh" task_result wo-1 --strict '{"exit_code":0}'
    assert_success
    assert_output ''
    assert_equal "$(last '[.event, .task_id, .summary, .data.exit_code] | @tsv' $agent)" "$(printf 'task_result\two-1\t--strict\t0')"
    run jq -r .state "agents/$agent/status.json"
    assert_output idle
    run "tools/${agent}_ledger_hook.zsh" task_start
    assert_success
    run "tools/${agent}_ledger_hook.zsh" --strict task_start
    assert_failure 64
  done
  echo '{"hook_event_name":"UserPromptSubmit","session_id":"s-1","prompt":"Do it","cwd":"/"}' | tools/cls_ledger_hook.zsh
  assert_equal "$(last .event cls)" task_start
  run tools/hybrid_ledger_hook.zsh run -- sh -c 'exit 7'
  assert_failure 7
}

@test "a hook that cannot be run says so and ends with 0, but not where it was to run a command" {
  rm dist/bin/cls-hook.cjs
  run tools/cls_ledger_hook.zsh task_start wo-1 words
  assert_success
  assert_output --partial 'cls-hook.cjs is not there'
  run tools/cls_ledger_hook.zsh run -- true
  assert_failure 3
}

@test "callers and shells of any temper are served" {
  run zsh -euo pipefail -f tools/ledger_write.zsh cls info T-1 test euo
  assert_success
  run zsh -f -o ksh_arrays -o sh_word_split -o no_glob -o null_glob -o posix_argzero -o warn_create_global -o c_bases \
    tools/ledger_write.zsh cls info T-1 test 'odd  options'
  assert_success
  assert_output ''
  run zsh --emulate ksh tools/ledger_write.zsh cls info T-1 test 'ksh  *'
  assert_success
  mkdir "$BASE/zdotdir"
  cat > "$BASE/zdotdir/.zshenv" << 'EOF'
setopt ksh_arrays sh_word_split err_exit no_unset extended_glob rc_expand_param
alias exec='echo exec' local='echo local' builtin=echo source=echo emulate=echo print=echo shift=false
alias -g become='| cat'
exec() { echo stolen }
EOF
  sed -i.bak '/^exec()/d' "$BASE/zdotdir/.zshenv"
  ZDOTDIR="$BASE/zdotdir" run tools/ledger_write.zsh cls info T-1 test 'own  .zshenv'
  assert_success
  assert_output ''
  assert_equal "$(last .summary)" 'own  .zshenv'
  assert_equal "$(jq -s length "$(day_file cls)")" 4
}

@test "scripts are found through links, from anywhere, under names with anything in them" {
  mkdir -p "$BASE/a [b] \$x;y" && cp -R dist tools "$BASE/a [b] \$x;y"
  ln -s "$BASE/a [b] \$x;y/tools/ledger_write.zsh" "$HOME/one" && ln -s one "$HOME/two"
  run "$HOME/two" cls info T-1 test linked
  assert_success
  (cd "$HOME" && PATH="$HOME:$PATH" LEDGER_ROOT="$ROOT" two cls info T-1 test 'by PATH')
  (cd "$BASE/a [b] \$x;y/tools" && LEDGER_ROOT="$ROOT" zsh -f ledger_write.zsh cls info T-1 test 'by zsh')
  run jq -r .summary "$(day_file cls)"
  assert_output "linked
by PATH
by zsh"
}

@test "standard input reaches the executable" {
  echo '{"piped":true}' | tools/ledger_write.zsh --data-file - cls info T-1 test words
  assert_equal "$(last .data.piped)" true
}

@test "what is not built is one line, and 3" {
  rm dist/bin/ledger-write.cjs
  run tools/ledger_write.zsh cls info T-1 test words
  assert_failure 3
  assert_output "ledger_write.zsh: $COPY/dist/bin/ledger-write.cjs is not there; run \"npm ci\" in $COPY to build it"
}

@test "no node at all is one line, and 3" {
  bare PATH=/nowhere -- tools/ledger_write.zsh cls info T-1 test words
  # A machine may have one in a common place.
  if [ -x /usr/local/bin/node ] || [ -x /opt/homebrew/bin/node ]; then skip 'node is in a common place'; fi
  assert_failure 3
  assert_output 'ledger_write.zsh: there is no node on PATH or where installers put it; install Node 20 or newer'
}

@test "a node that is too old is one line, and 3" {
  sed -i.bak 's/process\.versions\.node/"18.20.1"/' dist/bin/ledger-write.cjs
  run tools/ledger_write.zsh cls info T-1 test words
  assert_failure 3
  assert_output --regexp '^ledger-write: Node 20 or newer is needed; .*/node is v[0-9.]+$'
}

@test "node is found where installers put it, the newest of several" {
  local data="$HOME/.local/share" place
  for place in "$HOME/.nvm/versions/node/v22.1.0" "$data/fnm/node-versions/v22.1.0/installation" \
    "$data/fnm/aliases/default" "$HOME/Library/Application Support/fnm/aliases/default" "$HOME/.volta" \
    "$HOME/.asdf/installs/nodejs/22.1.0" "$data/mise/installs/node/22.1.0" \
    N_PREFIX="$HOME/n" NVM_DIR="$HOME/my nvm/versions/node/v22.1.0" FNM_DIR="$HOME/f/aliases/default" \
    VOLTA_HOME="$HOME/v" ASDF_DATA_DIR="$HOME/as/installs/nodejs/22.1.0" MISE_DATA_DIR="$HOME/m/installs/node/22.1.0" \
    XDG_DATA_HOME="$HOME/x/fnm/aliases/default"; do
    local variable='A=b' directory=$place
    case $place in
      [A-Z]*=*)
        directory=${place#*=}
        variable="${place%%=*}=$(sed -E 's#/(versions|aliases|installs|fnm)/.*##' <<<"$directory")"
        ;;
    esac
    rm -rf "$HOME" && mkdir -p "$directory/bin"
    ln -s "$NODE" "$directory/bin/node"
    # An older one beside it, that must not be taken.
    if [[ $directory == *22.1.0* ]]; then
      mkdir -p "${directory/22.1.0/9.11.2}/bin" && ln -s /bin/false "${directory/22.1.0/9.11.2}/bin/node"
    fi
    bare PATH=/nowhere "$variable" -- tools/ledger_write.zsh cls info T-1 test "$place"
    if [ -x /usr/local/bin/node ] || [ -x /opt/homebrew/bin/node ]; then skip 'node is in a common place'; fi
    assert_success
    assert_equal "$(last .summary)" "$place"
  done
}

@test "a directory or a file called node on PATH is passed over, and one relative to here is not run" {
  mkdir -p "$BASE/p1/node" "$BASE/p2" bin
  touch "$BASE/p2/node"
  printf '#!/bin/sh\necho stolen\n' > bin/node && chmod +x bin/node && cp bin/node node
  bare PATH="bin::$BASE/p1:$BASE/p2:${NODE%/*}" -- tools/ledger_write.zsh cls info T-1 test words
  assert_success
  assert_output ''
}
