setup() {
  load support
  make_root
}

@test "an event is appended, silently" {
  in_zsh 'ledger-write cls task_start "wo-test" "gg_orchestrator" "Test task"'
  assert_success
  assert_output ''
  run jq -r .summary "$(day_file cls)"
  assert_output 'Test task'
}
