# What TAB offers, in an interactive zsh with a real compinit.

setup_file() {
  # One dump for all tests, so that compinit scans its directories once.
  zsh -df -c '
    source $1/tools/zsh/agent-ledger.plugin.zsh
    autoload -Uz compinit && compinit -u -d $2' \
    zsh "${BATS_TEST_FILENAME%/test/*}" "$BATS_FILE_TMPDIR/zcompdump"
}

setup() {
  load support
  make_root
  export PLUGIN="$CHECKOUT/tools/zsh/agent-ledger.plugin.zsh"
}

press_tab() { run zsh -f "$CHECKOUT/test/support/press-tab.zsh" "$@"; }

write_task() { "$BASE/bin/ledger-write" "${2:-cls}" task_start -- "$1" test 'Some work' || return; }

@test "every executable has a completion that its name finds" {
  for path in "$CHECKOUT"/dist/bin/*.cjs; do
    name=$(basename "$path" .cjs)
    run head -1 "$CHECKOUT/dist/completions/_$name"
    assert_output --regexp "^#compdef $name( |\$)"
  done
}

@test "options are offered with their texts, those that are given no more" {
  SCREEN=1 press_tab 'ledger-write --stdin --'
  assert_output --partial '--data-file        -- read data from FILE, or from standard input for -'
  assert_output --partial '--import           -- with --stdin: keep each ts and file the event by its date'
  assert_output --partial '--status           -- also update agents/<agent>/status.json'
  refute_output --partial 'one JSON object a line'
}

@test "an option that takes a value is completed with its =" {
  press_tab 'ledger-write --data'
  assert_line '> ledger-write --data-file='
}

@test "after -- there are no options" {
  press_tab 'ledger-write cls info -- --js'
  assert_output '> ledger-write cls info -- --js'
}

@test "agents are those of the ledger, and nothing else that lies there" {
  mkdir -p g/ledger/{gg,lac_2,Not-one} && touch g/ledger/file
  press_tab 'ledger-write '
  assert_output "gg
lac_2
> ledger-write "
}

@test "an empty ledger offers the agents that most have" {
  press_tab 'ledger-write '
  assert_output "cls
andy
hybrid
> ledger-write "
}

@test "events are the known ones, and those seen" {
  ledger-write cls review_done T-1 test 'Another name'
  press_tab 'ledger-write cls '
  assert_output "heartbeat
task_start
task_result
error
info
review_done
> ledger-write cls "
}

@test "in a list of names the last one is completed" {
  mkdir g/ledger/{cls,gg}
  press_tab 'ledger-query --agent cls,g'
  assert_line '> ledger-query --agent cls,gg '
  press_tab 'ledger-query --event=error,task_r'
  assert_line '> ledger-query --event=error,task_result '
}

@test "states are fixed" {
  press_tab 'status-update cls '
  assert_output "idle
busy
error
offline
> status-update cls "
}

@test "after an operand and -- the next operand is offered" {
  write_task wo-1
  press_tab 'ledger-write cls -- inf'
  assert_line '> ledger-write cls -- info '
  press_tab 'ledger-write cls info -- '
  assert_line '> ledger-write cls info -- wo-1 '
}

@test "an older name is completed as the executable, but has no options after its first operand" {
  write_task wo-1
  press_tab "$CHECKOUT/tools/ledger_write.zsh cls info "
  assert_line wo-1
  press_tab 'status_update.zsh --heart'
  assert_line '> status_update.zsh --heartbeat '
  press_tab 'status_update.zsh cls --heart'
  assert_output '> status_update.zsh cls --heart'
}

@test "sub-commands, lists and a command to run are completed" {
  mkdir "$BASE/more" && write_task wo-1
  (cd "$CHECKOUT" && node_modules/.bin/tsx test/support/sample-completion.ts) > "$BASE/more/_ledger-sample"
  export PLUGIN="$BASE/more/plugin.zsh"
  cat > "$PLUGIN" << EOF
source $CHECKOUT/tools/zsh/agent-ledger.plugin.zsh
fpath+=($BASE/more)
compinit() { unfunction compinit; autoload -Uz compinit; compinit -u -C -d $BASE/more/dump }
EOF
  press_tab 'ledger-sample '
  assert_output "acquire
renew
run
> ledger-sample "
  press_tab 'ledger-sample run '
  assert_line '> ledger-sample run wo-1 '
  press_tab 'ledger-sample run wo-1 -- ledger-wri'
  assert_line '> ledger-sample run wo-1 -- ledger-write '
  press_tab 'ledger-sample run wo-1 -- status-update cls of'
  assert_line '> ledger-sample run wo-1 -- status-update cls offline '
  press_tab 'ledger-sample --format='
  assert_output "json
table
> ledger-sample --format="
  SCREEN=1 press_tab 'ledger-sample --'
  assert_output --partial "-- what it's [like]: \$(touch x) \`touch x\`"
  [ ! -e x ]
}

@test "where a task may stand in the place of a sub-command, both are offered" {
  write_task wo-1 && write_task "it's \$(touch x)"
  press_tab 'ledger-claim '
  assert_line acquire
  assert_line wo-1
  press_tab 'ledger-claim w'
  assert_line '> ledger-claim wo-1 '
  press_tab 'ledger-claim rele'
  assert_line '> ledger-claim release '
  press_tab 'ledger-claim release w'
  assert_line '> ledger-claim release wo-1 '
  press_tab 'ledger-claim it'
  assert_line "> ledger-claim it\\'s\\ \\\$\\(touch\\ x\\) "
}

@test "the command that a hook is to run is completed" {
  press_tab 'cls-hook run --task T-1 -- status-update cls of'
  assert_line '> cls-hook run --task T-1 -- status-update cls offline '
  press_tab 'cls_ledger_hook.zsh run -- status-upd'
  assert_line '> cls_ledger_hook.zsh run -- status-update '
  press_tab 'cls-hook task_s'
  assert_line '> cls-hook task_start '
}

@test "task ids come from all agents, the newest first and each once" {
  write_task wo-1 && write_task wo-2 && write_task wo-1
  press_tab 'ledger-write andy task_start '
  assert_output "wo-1
wo-2
> ledger-write andy task_start wo-"
}

@test "sessions are those of the agent on the line" {
  write_task T-1 cls && write_task T-1 andy
  day=$(date +%Y-%m-%d)
  press_tab 'ledger-write --session '
  assert_line "${day}_cls_001"
  assert_line "${day}_andy_001"
  press_tab 'ledger-write andy info T-1 test words --session '
  assert_output "${day}_andy_001
> ledger-write andy info T-1 test words --session ${day}_andy_001 "
  press_tab 'ledger-query --agent=gg,andy --session '
  assert_output "${day}_andy_001
> ledger-query --agent=gg,andy --session ${day}_andy_001 "
  press_tab 'status-update cls idle now T-1 '
  assert_line "> status-update cls idle now T-1 ${day}_cls_001 "
}

@test "a task id is inserted so that the shell passes it on as it is" {
  local -a ids=(
    '$(touch x)' '`touch x`' ';touch x' 'a:b' "it's" 'two  words' '"quoted"' 'back\slash' 'back\\slash\' '*' '?(e:touch x:)'
    '{a,b}' '~root' '=ls' '#7' '!1' '-rf' '--json' '$HOME' '<x>' 'a|b&c' 'งาน-๑' '🚀 go' '[x]' "'" '%d' 'a=b' '{"k":1}'
  )
  write_task first
  line=$(cat "$(day_file cls)")
  for id in "${ids[@]}"; do
    jq -c --arg id "$id" '.task_id = $id' <<<"$line" > "$(day_file cls)"
    press_tab 'ledger-write cls task_result -- ' $' test done\r'
    assert_line "$id"
    run jq -r 'select(.event == "task_result").task_id' "$(day_file cls)"
    assert_output "$id"
    [ ! -e x ]
  done
}

@test "a task id is completed inside quotes, after a colon and after a quoted beginning" {
  write_task "wo:it's 5 o'clock"
  for typed in "'wo:it" "'" '"wo:' '"' 'wo:' 'wo:it' "wo:it\\'" "wo\\:it\\'s\\ "; do
    press_tab "ledger-write cls task_result $typed" $' test done\r'
    assert_line --regexp '^> .*clock'
  done
  run jq -r .task_id "$(day_file cls)"
  assert_equal "$(sort -u <<< "$output")" "wo:it's 5 o'clock"
  assert_equal "${#lines[@]}" 9
}

@test "what older tools wrote is read, what is damaged is passed over" {
  mkdir -p g/ledger/old g/ledger/bad
  cat > g/ledger/old/2025-11-16.jsonl << 'EOF'
{"ts": "2025-11-16T10:00:00+0700", "agent": "old", "session_id": "2025-11-16_old_001", "event": "info", "task_id": "\u0e07\u0e32\u0e19 \u00e9\u0041 \"1\" \\ \/", "source": "s", "summary": "\"task_id\":\"no\"", "data": {"task_id": "inner"}}
{"ts":"2025-11-16T10:00:00+07:00","agent":"old","session_id":"s","event":"info","task_id":"ansi\u001b[31m","source":"s","summary":"","data":{}}
{"ts":"2025-11-16T10:00:00+07:00","agent":"old","session_id":"s","event":"info","task_id":"line\nbreak","source":"s","summary":"","data":{}}
{"ts":"2025-11-16T10:00:00+07:00","agent":"old","session_id":"s","event":"info","task_id":"half \ud83d","source":"s","summary":"","data":{}}
{"event":"info","task_id":"another order"}

not JSON "task_id":"x"
{"ts":"2025-11-16T10:00:00+07:00","agent":"old","session_id":"s","event":"info","task_id":"to
EOF
  mkfifo g/ledger/bad/2025-11-16.jsonl
  mkdir g/ledger/bad/2025-11-17.jsonl
  ln -s /dev/zero g/ledger/bad/2025-11-18.jsonl
  ln -s nowhere g/ledger/bad/2025-11-19.jsonl
  head -c 300000 /dev/urandom > g/ledger/bad/2025-11-20.jsonl
  touch g/ledger/bad/2025-11-21.jsonl
  press_tab 'ledger-write cls info '
  assert_line 'งาน éA "1" \ /'
  assert_equal "${#lines[@]}" 2
}

@test "only the ends of the newest day files are read" {
  write_task new-1
  line=$(sed s/new-1/old-1/ "$(day_file cls)")
  printf '%s\n' "$line" > g/ledger/cls/2020-01-01.jsonl
  for day in 2021-01-0{1..8}; do sed s/new-1/mid-1/ "$(day_file cls)" > "g/ledger/cls/$day.other-1234abcd.2.jsonl"; done
  { printf '%s\n' "${line/old-1/far-1}"; head -c 70000 /dev/zero | tr '\0' ' '; echo; cat "$(day_file cls)"; } > today
  mv today "$(day_file cls)"
  press_tab 'ledger-write cls info '
  assert_line new-1
  assert_line mid-1
  refute_line old-1
  refute_line far-1
}

@test "an ASCII locale completes what is ASCII, and the bytes of what is not" {
  write_task 'งาน'
  LC_ALL=C press_tab 'ledger-write cls task_result ' $' test done\r'
  run jq -r .task_id "$(day_file cls)"
  assert_output "งาน
งาน"
}

@test "nothing on the line, in the environment or in the names of directories is evaluated" {
  write_task wo-1
  export LUKA_SOT='$(touch x)' LEDGER_ROOT='a[$(touch x)]'
  press_tab 'ledger-write cls info '
  unset LUKA_SOT LEDGER_ROOT
  for root in "'\$(touch x)'" '~/$(touch\ x)' '$(touch\ x)' '`touch\ x`' "'~/*(e:touch x:)'" "'\$x[\$(touch x)]/'" '"~\$(touch x)"'; do
    press_tab "ledger-write --root=$root cls info "
    press_tab "ledger-write --root $root cls --session "
  done
  mkdir -p "$BASE/"'$(touch x)/`touch x`/*(e:touch x:)/g/ledger' "g/ledger/"'$(touch x)'
  cd "$BASE/"'$(touch x)/`touch x`/*(e:touch x:)' && write_task wo-2
  press_tab 'ledger-write cls info '
  assert_line '> ledger-write cls info wo-2 '
  run find "$BASE" -name x
  assert_output ''
}

# The root that TAB reads is the one the executable would use.
offers() {
  press_tab "$1"
  assert_line "$2"
  refute_line --partial "${3:-nothing}"
}

@test "the root is --root, LEDGER_ROOT, LUKA_SOT, or found by walking up" {
  mkdir -p "$HOME/my root/g/ledger" "$BASE/luka/g/ledger" "$ROOT/deep/er"
  write_task T-here
  LEDGER_ROOT="$HOME/my root" write_task T-named
  LEDGER_ROOT="$BASE/luka" write_task T-luka
  offers 'ledger-write cls info ' T-here
  cd "$ROOT/deep/er"
  offers 'ledger-write cls info ' T-here
  ln -s "$ROOT/deep" "$HOME/link" && cd "$HOME/link"
  offers 'ledger-write cls info ' T-here
  cd "$BASE"
  press_tab 'ledger-write cls info '
  assert_output '> ledger-write cls info '
  SCREEN=1 press_tab 'ledger-write cls info '
  refute_output --partial _agent_ledger
  ln -s "$ROOT/deep/er" "$HOME/deeper" && cd "$HOME/deeper"
  offers 'ledger-write --root ../../../luka cls info ' T-luka
  cd "$ROOT"
  for root in "$BASE/luka" '../luka' '~/../luka' '$LUKA' '$LUKA/../luka' "'$BASE'/luka"; do
    LUKA="$BASE/luka" offers "ledger-write --root $root cls info " T-luka
    LUKA="$BASE/luka" offers "ledger-write cls info --root=$root " T-luka
  done
  offers 'ledger-write --root ~/my\ root cls info ' T-named
  offers "ledger-write --root '$HOME/my root' cls info " T-named
  LUKA_SOT="$BASE/luka" offers 'ledger-write cls info ' T-luka
  LUKA_SOT="$BASE/luka" LEDGER_ROOT="$HOME/my root" offers 'ledger-write cls info ' T-named
  LEDGER_ROOT="$BASE/luka" offers 'ledger-write --root ~/my\ root cls info ' T-named
  LEDGER_ROOT="$BASE/luka" press_tab 'ledger-write --root /nowhere cls info '
  assert_output '> ledger-write --root /nowhere cls info '
}

@test "in a linked worktree the root is the main one, in a repository its top, in a submodule its own" {
  export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
  git init -q "$BASE/repo" && cd "$BASE/repo"
  git commit -q --allow-empty -m first
  mkdir sub && cd sub && write_task T-main
  [ -d "$BASE/repo/g/ledger/cls" ]
  git worktree add -q "$BASE/linked" && cd "$BASE/linked"
  mkdir -p g/ledger/cls deep
  offers 'ledger-write cls info ' T-main
  cd deep
  offers 'ledger-write cls info ' T-main
  git -c protocol.file.allow=always -C "$BASE/repo" submodule --quiet add "$BASE/repo" module
  cd "$BASE/repo/module" && mkdir -p g/ledger && write_task T-module
  offers 'ledger-write cls info ' T-module
}

@test "a variable that is not exported is not the executable's either" {
  write_task T-here
  echo "LEDGER_ROOT=/nowhere; source $PLUGIN" > "$BASE/plugin.zsh"
  PLUGIN="$BASE/plugin.zsh" offers 'ledger-write cls info ' T-here
}

@test "runs are those of the repository, the newest first" {
  mkdir -p .git/agent-ledger/runs/run-2026112{4,5}-100000-0000000a .git/agent-ledger/runs/{tasks,run-x}
  press_tab 'ledger-run resume '
  assert_output "run-20261125-100000-0000000a
run-20261124-100000-0000000a
> ledger-run resume run-2026112"
}
