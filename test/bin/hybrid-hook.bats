bats_require_minimum_version 1.5.0

setup() {
  load support
  load terminal
  make_root
  PAYLOADS=$CHECKOUT/test/fixtures/payloads
  export BASE
}

# wait_for_lines FILE N: until the file has N lines.
wait_for_lines() {
  local try
  for ((try = 0; try < 200; try++)); do
    if [[ -e $1 && $(wc -l <"$1") -ge $2 ]]; then return 0; fi
    sleep 0.05
  done
  fail "$1 never had $2 lines"
}

teardown() { close_terminal; }

@test "older wrappers: event, task, summary, data" {
  in_zsh 'hybrid-hook task_start wo-7 "Fix it" "{\"target_files\":[\"a\"]}"'
  assert_success
  assert_output ''
  run jq -c '[.event, .task_id, .source, .summary, .data.target_files]' "$(day_file hybrid)"
  assert_output '["task_start","wo-7","luka_cli","Fix it",["a"]]'
  run jq -r .state "$ROOT/agents/hybrid/status.json"
  assert_output busy
}

@test "a client's JSON on standard input" {
  in_zsh 'hybrid-hook <$1' "$PAYLOADS/claude-UserPromptSubmit.json"
  assert_success
  assert_output ''
  in_zsh 'hybrid-hook <$1' "$PAYLOADS/claude-Stop.json"
  run jq -c '[.event, .summary]' "$(day_file hybrid)"
  assert_line --index 0 '["task_start","say hi"]'
  assert_line --index 1 '["task_result","Hi from the stub model."]'
}

@test "--agent and LEDGER_AGENT let it speak for any agent" {
  in_zsh 'hybrid-hook --agent team:rosa info T-1 one && LEDGER_AGENT=lin hybrid-hook info T-1 two'
  assert_success
  assert [ -s "$(day_file rosa)" ]
  assert [ -s "$(day_file lin)" ]
}

@test "whatever goes wrong, it is silent on standard output and exits 0" {
  in_zsh 'for arguments in --bogus "one" "Bad-Event T s" "--agent X info T s"; do
    hybrid-hook ${=arguments} 2>/dev/null </dev/null || print failed $arguments
  done; print -n "{" | hybrid-hook; print -n "" | hybrid-hook; hybrid-hook <&-; cd / && hybrid-hook info T s'
  assert_success
  assert_output ''
}

@test "--strict fails with an exit status" {
  in_zsh 'hybrid-hook --strict one </dev/null'
  assert_failure 64
  in_zsh 'cd / && hybrid-hook --strict info T s'
  assert_failure 3
  in_zsh 'print nothing | hybrid-hook --strict'
  assert_failure 65
}

@test "LEDGER_DISABLE=1 switches it off, and the wrapped command still runs" {
  in_zsh 'export LEDGER_DISABLE=1; hybrid-hook info T s; hybrid-hook run -- sh -c "echo ran; exit 4"'
  assert_failure 4
  assert_output ran
  assert [ ! -e "$(day_file hybrid)" ]
}

@test "parent and duration after the data" {
  in_zsh 'hybrid-hook task_result wo-1 done "{}" parent-9 1500'
  assert_success
  run jq -c '[.parent_id, .data.duration_ms]' "$(day_file hybrid)"
  assert_output '["parent-9",1500]'
}

@test "HYBRID_LEDGER_DISABLE=1 switches off hybrid alone" {
  in_zsh 'export HYBRID_LEDGER_DISABLE=1; hybrid-hook info T s; cls-hook info T s'
  assert [ ! -e "$(day_file hybrid)" ]
  assert [ -s "$(day_file cls)" ]
}

@test "run: streams, status, duration, tail and files" {
  git init -q . && git -c user.name=n -c user.email=e@e commit -q --allow-empty -m x
  in_zsh 'print in | hybrid-hook run --task T-2 -- sh -c '\''cat; echo err >&2; echo new >made.txt; exit 3'\'' 2>$BASE/messages'
  assert_failure 3
  assert_output in
  assert_equal "$(cat "$BASE/messages")" err
  run jq -c 'select(.event == "error") | [.data.status, .data.exit_code, .data.files_touched, (.data.duration_ms >= 0), .data.output]' "$(day_file hybrid)"
  assert_output '["failed",3,["made.txt"],true,"in\nerr"]'
  run jq -r .state "$ROOT/agents/hybrid/status.json"
  assert_output error
}

@test "run: both streams into one file keep their order" {
  in_zsh 'hybrid-hook run -- sh -c '\''for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done'\'' >$BASE/log 2>&1'
  run cat "$BASE/log"
  assert_output "$(for i in 1 2 3 4 5; do echo "out $i"; echo "err $i"; done)"
}

@test "run: 127, 126, 64, and options of the command are its own" {
  run -127 zsh -f -c 'hybrid-hook run -- no-such-command'
  in_zsh 'hybrid-hook run -- /'
  assert_failure 126
  in_zsh 'hybrid-hook run'
  assert_failure 64
  in_zsh 'hybrid-hook run --bogus -- true'
  assert_failure 64
  in_zsh 'hybrid-hook run -- printf "%s." --json --help -- x'
  assert_output '--json.--help.--.x.'
}

@test "run: a signal reaches the command, and its end is ours" {
  in_zsh 'hybrid-hook run -- sh -c '\''trap "echo caught; exit 7" TERM; echo ready >ready; while :; do sleep 0.05; done'\'' & 
    while [[ ! -e ready ]]; do sleep 0.05; done; kill -TERM $!; wait $!'
  assert_failure 7
  assert_output caught
  in_zsh 'hybrid-hook run -- sh -c '\''kill -KILL $$'\'''
  assert_failure 137
  in_zsh 'hybrid-hook run -- sh -c '\''kill -TERM $$'\'''
  assert_failure 143
  run jq -c 'select(.event == "error") | [.data.status, .data.exit_code]' "$(day_file hybrid)"
  assert_output $'["interrupted",7]\n["interrupted",137]\n["interrupted",143]'
}

@test "run: a work order names task and title; the command line is shown as it was" {
  printf '# Clean the cache\n\n- **WO-ID:** WO-3\n' >"$BASE/order.md"
  in_zsh 'hybrid-hook run --wo $BASE/order.md -- sh -c '\''echo "$1"'\'' sh "a b"'
  assert_output 'a b'
  run jq -c '[.event, .task_id, .summary, .data.task_type]' "$(day_file hybrid)"
  assert_line --index 0 '["task_start","WO-3","Clean the cache","work_order"]'
  run jq -r 'select(.event == "task_start") | .data.command' "$(day_file hybrid)"
  assert_output "sh -c 'echo \"\$1\"' sh 'a b'"
}

@test "run: a wrapper that was killed is interrupted, once, by the next" {
  in_zsh 'hybrid-hook run --task T-9 -- sh -c "echo ready >ready; sleep 1" & 
    while [[ ! -e ready ]]; do sleep 0.05; done; kill -KILL $!; wait $!; hybrid-hook run -- true; hybrid-hook run -- true'
  assert_success
  run jq -c 'select(.task_id == "T-9") | [.event, .data.status]' "$(day_file hybrid)"
  assert_output $'["task_start",null]\n["error","interrupted"]'
}

@test "run: a command that runs long gives signs of life" {
  export LEDGER_HOOKS_HEARTBEAT_S=1
  in_zsh 'hybrid-hook run -- sh -c "sleep 1.8; jq -r .last_heartbeat agents/hybrid/status.json"'
  assert_success
  assert [ "$output" \> "$(jq -r 'select(.event == "task_start") | .ts' "$(day_file hybrid)")" ]
}

@test "run: without a root the command runs as if alone" {
  in_zsh 'cd / && hybrid-hook run -- sh -c "echo ran; exit 5"'
  assert_failure 5
  assert_output ran
}

@test "run: a reader that goes away looks to the command as its own" {
  in_zsh 'hybrid-hook run -- yes | head -n 1'
  assert_output y
}

@test "run: the streams of the command are pipes like a shell's" {
  in_zsh 'hybrid-hook run -- sh -c "echo out >/dev/stdout; echo err >/dev/stderr" 2>&1 | cat'
  assert_output $'out\nerr'
}

@test "run: what the command leaves running does not hold us, and its output is not lost" {
  in_zsh 'hybrid-hook run -- sh -c "(sleep 1; echo late; echo message >&2; yes | head -n 50000) & echo started" >log 2>messages
    cat log; print done'
  assert_output $'started\ndone'
  for _ in {1..100}; do
    [[ $(wc -l <log) -lt 50002 ]] || break
    sleep 0.05
  done
  run head -n 3 log
  assert_output $'started\nlate\ny'
  assert_equal "$(wc -l <log | tr -d ' ')" 50002
  assert_equal "$(cat messages)" message
}

@test "run: on a terminal Ctrl-C reaches the command once, and so does an INT to the wrapper alone" {
  cat >trapping <<'END'
trap 'echo caught >>caught' INT
echo $PPID >wrapper
until [ -e over ]; do sleep 0.05; done
END
  open_terminal 80 20
  type_line 'hybrid-hook run -- sh trapping; print; print rc=$?'
  wait_for_lines wrapper 1
  press C-c
  wait_for_lines caught 1
  sleep 0.3
  kill -INT "$(<wrapper)"
  wait_for_lines caught 2
  press C-c
  wait_for_lines caught 3
  sleep 0.3
  touch over
  wait_for_screen '^rc=0'
  assert_equal "$(wc -l <caught | tr -d ' ')" 3
}
