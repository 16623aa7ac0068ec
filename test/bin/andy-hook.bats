setup() {
  load support
  make_root
  PAYLOADS=$CHECKOUT/test/fixtures/payloads
}

@test "older wrappers: event, task, summary, data" {
  in_zsh 'andy-hook task_start wo-7 "Fix it" "{\"target_files\":[\"a\"]}"'
  assert_success
  assert_output ''
  run jq -c '[.event, .task_id, .source, .summary, .data.target_files]' "$(day_file andy)"
  assert_output '["task_start","wo-7","codex_cli","Fix it",["a"]]'
  run jq -r .state "$ROOT/agents/andy/status.json"
  assert_output busy
}

@test "a client's JSON on standard input" {
  in_zsh 'andy-hook <$1' "$PAYLOADS/codex-UserPromptSubmit.json"
  assert_success
  assert_output ''
  in_zsh 'andy-hook <$1' "$PAYLOADS/codex-Stop.json"
  run jq -c '[.event, .summary]' "$(day_file andy)"
  assert_line --index 0 '["task_start","say hi"]'
  assert_line --index 1 '["task_result","Hi from the stub model."]'
}

@test "--agent and LEDGER_AGENT let it speak for any agent" {
  in_zsh 'andy-hook --agent team:rosa info T-1 one && LEDGER_AGENT=lin andy-hook info T-1 two'
  assert_success
  assert [ -s "$(day_file rosa)" ]
  assert [ -s "$(day_file lin)" ]
}

@test "whatever goes wrong, it is silent on standard output and exits 0" {
  in_zsh 'for arguments in --bogus "one" "Bad-Event T s" "--agent X info T s"; do
    andy-hook ${=arguments} 2>/dev/null </dev/null || print failed $arguments
  done; print -n "{" | andy-hook; print -n "" | andy-hook; andy-hook <&-; cd / && andy-hook info T s'
  assert_success
  assert_output ''
}

@test "--strict fails with an exit status" {
  in_zsh 'andy-hook --strict one </dev/null'
  assert_failure 64
  in_zsh 'cd / && andy-hook --strict info T s'
  assert_failure 3
  in_zsh 'print nothing | andy-hook --strict'
  assert_failure 65
}

@test "LEDGER_DISABLE=1 switches it off, and the wrapped command still runs" {
  in_zsh 'export LEDGER_DISABLE=1; andy-hook info T s; andy-hook run -- sh -c "echo ran; exit 4"'
  assert_failure 4
  assert_output ran
  assert [ ! -e "$(day_file andy)" ]
}

@test "notify: JSON as the last argument, and one outcome with the hook" {
  in_zsh 'andy-hook "$(<$1)" </dev/null; andy-hook <$2; andy-hook "$(<$1)"' \
    "$PAYLOADS/codex-notify-argv.json" "$PAYLOADS/codex-Stop.json"
  assert_success
  assert_output ''
  run jq -c '[.event, .data.turn]' "$(day_file andy)"
  assert_output '["task_result","01a1fcec-96f8-7f33-8a8c-0a245ce97759"]'
}

# A stand-in for `codex exec --json`: the recorded stream, with what hooks and notify of a real one do meanwhile.
fake_codex() {
  cat >"$BASE/bin/codex" <<SH
#!/bin/sh
andy-hook <"$PAYLOADS/codex-UserPromptSubmit.json"
andy-hook <"$PAYLOADS/codex-Stop.json"
cat "\$STREAM"
andy-hook "\$(cat "$PAYLOADS/codex-notify-argv.json")" </dev/null
andy-hook <"$PAYLOADS/codex-SessionEnd.json"
exit "\${STATUS:-0}"
SH
  chmod +x "$BASE/bin/codex"
}

@test "run reads the stream of codex exec as it passes; hooks and notify add no second outcome" {
  fake_codex
  export STREAM=$PAYLOADS/codex-exec-file-change.jsonl
  in_zsh 'andy-hook run --task T-1 -- codex exec --json hi'
  assert_success
  assert_output "$(cat "$STREAM")"
  run jq -c '[.event, .task_id, .source, .data.status, .data.files_touched, .data.tokens.input]' "$(day_file andy)"
  assert_line --index 0 '["task_start","T-1","codex_cli",null,null,null]'
  assert_line --index 1 '["task_result","T-1","codex_cli","ok",["/home/dev/app/added.txt"],2100]'
  assert_equal "${#lines[@]}" 2
}

@test "usage of a thread is cumulative: a resumed run counts its own part" {
  fake_codex
  export STREAM=$BASE/stream
  cp "$PAYLOADS/codex-exec.jsonl" "$STREAM"
  in_zsh 'andy-hook run -- codex exec --json hi >/dev/null'
  sed -i.bak 's/"input_tokens":2100/"input_tokens":2500/' "$STREAM"
  in_zsh 'andy-hook run -- codex exec resume --last --json more >/dev/null'
  run jq -c 'select(.event == "task_result") | .data.tokens.input' "$(day_file andy)"
  assert_output $'2100\n400'
}

@test "a failed turn is an error with its reason" {
  fake_codex
  export STREAM=$PAYLOADS/codex-exec-turn-failed.jsonl STATUS=1
  in_zsh 'andy-hook run -- codex exec --json hi >/dev/null'
  assert_failure 1
  run jq -r 'select(.event == "error") | [.data.status, .data.exit_code, (.summary | contains("stub failure"))] | tostring' "$(day_file andy)"
  assert_output '["failed",1,true]'
}
