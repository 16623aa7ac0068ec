setup() {
  load support
  make_root
  PAYLOADS=$CHECKOUT/test/fixtures/payloads
}

@test "older wrappers: event, task, summary, data" {
  in_zsh 'cls-hook task_start wo-7 "Fix it" "{\"target_files\":[\"a\"]}"'
  assert_success
  assert_output ''
  run jq -c '[.event, .task_id, .source, .summary, .data.target_files]' "$(day_file cls)"
  assert_output '["task_start","wo-7","cls_agent","Fix it",["a"]]'
  run jq -r .state "$ROOT/agents/cls/status.json"
  assert_output busy
}

@test "a client's JSON on standard input" {
  in_zsh 'cls-hook <$1' "$PAYLOADS/claude-UserPromptSubmit.json"
  assert_success
  assert_output ''
  in_zsh 'cls-hook <$1' "$PAYLOADS/claude-Stop.json"
  run jq -c '[.event, .summary]' "$(day_file cls)"
  assert_line --index 0 '["task_start","say hi"]'
  assert_line --index 1 '["task_result","Hi from the stub model."]'
}

@test "--agent and LEDGER_AGENT let it speak for any agent" {
  in_zsh 'cls-hook --agent team:rosa info T-1 one && LEDGER_AGENT=lin cls-hook info T-1 two'
  assert_success
  assert [ -s "$(day_file rosa)" ]
  assert [ -s "$(day_file lin)" ]
}

@test "whatever goes wrong, it is silent on standard output and exits 0" {
  in_zsh 'for arguments in --bogus "one" "Bad-Event T s" "--agent X info T s"; do
    cls-hook ${=arguments} 2>/dev/null </dev/null || print failed $arguments
  done; print -n "{" | cls-hook; print -n "" | cls-hook; cls-hook <&-; cd / && cls-hook info T s'
  assert_success
  assert_output ''
}

@test "--strict fails with an exit status" {
  in_zsh 'cls-hook --strict one </dev/null'
  assert_failure 64
  in_zsh 'cd / && cls-hook --strict info T s'
  assert_failure 3
  in_zsh 'print nothing | cls-hook --strict'
  assert_failure 65
}

@test "LEDGER_DISABLE=1 switches it off, and the wrapped command still runs" {
  in_zsh 'export LEDGER_DISABLE=1; cls-hook info T s; cls-hook run -- sh -c "echo ran; exit 4"'
  assert_failure 4
  assert_output ran
  assert [ ! -e "$(day_file cls)" ]
}

@test "data that is not JSON costs no event" {
  in_zsh 'cls-hook info T s "{not json" 2>/dev/null'
  assert_success
  run jq -r .data.text "$(day_file cls)"
  assert_output '{not json'
}

@test "a long or coloured summary is made fit for the ledger" {
  in_zsh 'cls-hook info T $'\''\e[31mred\e[0m '\''${(l:3000::x:)}'
  assert_success
  run jq -r '.summary | [.[0:5], (length <= 1000), endswith("… (truncated)")] | tostring' "$(day_file cls)"
  assert_output '["red x",true,true]'
}

@test "steps are recorded with --tools" {
  in_zsh 'cls-hook --tools <$1; cls-hook --tools <$1' "$PAYLOADS/claude-PostToolUse.json"
  run jq -c '[.event, .summary]' "$(day_file cls)"
  assert_output '["info","PostToolUse: Bash"]'
}

@test "the client's directory leads to the root when the hook runs elsewhere" {
  in_zsh 'jq -c --arg d $ROOT ".cwd = \$d" <$1 | (cd / && cls-hook)' "$PAYLOADS/claude-SessionStart.json"
  assert [ -s "$(day_file cls)" ]
}
