setup() {
  load support
  load terminal
  make_root
}

teardown() { close_terminal; }

@test "it says who is doing what, since when, on which machine" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  ledger-write andy error wo-43 test $'Model overloaded\nretry' --status
  mkdir -p agents/cls
  printf '{"agent":"cls","state":"idle","last_heartbeat":"2026-01-01T00:00:00Z","last_task_id":"wo-1","session_id":null,"last_error":null,"updated_at":"2026-01-01T00:00:00Z"}' >agents/cls/status.far-1.json
  in_zsh 'ledger-status'
  assert_success
  assert_line --index 0 --regexp '^AGENT +STATE +TASK +SINCE +HEARTBEAT +SESSION +WRITER$'
  assert_line --index 1 --regexp '^andy +error +wo-43 +[0-9:]{5} \([0-9]+s\) +[0-9]+s ago +[0-9-]+_andy_001 +.+ \(here\)$'
  assert_line --index 2 '  Model overloaded\nretry'
  assert_line --index 3 --regexp '^cls +busy +wo-42 +[0-9:]{5} \([0-9]+s\) +[0-9]+s ago +[0-9-]+_cls_001 +.+ \(here\)$'
  assert_line --index 4 --regexp '^cls +idle +wo-1 +- +[0-9]+d ago, stale +far-1$'
  in_zsh 'ledger-status cls --json | jq -c "[.agents[] | [.agent, .state, .last_task_id, .is_ours, .is_stale]]"'
  assert_output '[["cls","busy","wo-42",true,false],["cls","idle","wo-1",false,true]]'
}

@test "since is the time of the event that began the state" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  ledger-write cls task_result wo-42 test 'Done' --status
  ledger-write cls info wo-42 test 'Something else' --status
  in_zsh 'diff <(ledger-status --json | jq -r ".agents[0] | .since, .since_id") <(ledger-query --event task_result | jq -r ".ts, .id")'
  assert_success
}

@test "an unknown agent exits 4, a wrong name 65, too many 64" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  in_zsh 'ledger-status nobody'
  assert_failure 4
  assert_output 'ledger-status: there is no agent nobody'
  in_zsh 'ledger-status NOBODY'
  assert_failure 65
  in_zsh 'ledger-status cls andy'
  assert_failure 64
}

@test "an empty root says so" {
  in_zsh 'ledger-status'
  assert_success
  assert_output "ledger-status: there are no agents yet in $ROOT"
  in_zsh 'ledger-status --json 2>/dev/null | jq -c .agents'
  assert_output '[]'
}

@test "damaged files are shown as such, and nothing is written" {
  mkdir -p agents/broken agents/odd/status.json
  print_broken() { printf '{"agent":'; }
  print_broken >agents/broken/status.json
  in_zsh 'find . | sort >../before; ledger-status; rc=$?; find . | sort | diff ../before - && exit $rc'
  assert_success
  assert_line --partial 'status.json is damaged: it is not a JSON object'
  assert_line --partial 'status.json is not a regular file'
}

@test "--watch needs a terminal" {
  in_zsh 'ledger-status --watch'
  assert_failure 64
  assert_line --index 0 'ledger-status: --watch needs a terminal to draw on'
}

@test "--watch draws changes as they come, follows the size, and q gives the terminal back" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  open_terminal 100 12
  type_line 'print before; ledger-status --watch; print rc=$?'
  wait_for_screen '^cls +busy +wo-42'
  run screen
  refute_line before
  assert_line --regexp '^[0-9:]{8}  q quits$'
  assert_equal "$(in_terminal display -p '#{alternate_on} #{cursor_flag}')" '1 0'
  ledger-write cls task_result wo-42 test 'Done' --status
  wait_for_screen '^cls +idle +wo-42'
  ledger-write newcomer task_start wo-43 test 'Me too' --status
  wait_for_screen '^newcomer +busy +wo-43'
  in_terminal resize-window -x 30 -y 12
  wait_for_screen '^cls +idle +wo-42 .*…$'
  in_terminal resize-window -x 100 -y 4
  wait_for_screen '^… 2 more lines$'
  in_terminal resize-window -x 100 -y 12
  press q
  wait_for_screen '^rc=0'
  assert_equal "$(in_terminal display -p '#{alternate_on} #{cursor_flag}')" '0 1'
  run screen
  assert_line before
  type_line 'print echoed'
  wait_for_screen 'print echoed$'
}

@test "--watch gives the terminal back on Ctrl-C, on a signal, and while it is suspended" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  open_terminal 100 12
  type_line 'ledger-status --watch; print rc=$?'
  wait_for_screen 'q quits'
  press C-c
  wait_for_screen '^rc=0'
  type_line 'clear; ledger-status --watch; print rc=$?'
  wait_for_screen 'q quits'
  kill -TERM "$(pgrep -f "ledger-status --watch" -P "$(in_terminal display -p '#{pane_pid}')")"
  wait_for_screen '^rc=0'
  assert_equal "$(in_terminal display -p '#{alternate_on}')" 0
  type_line 'clear; ledger-status --watch; print rc=$?'
  wait_for_screen 'q quits'
  press C-z
  wait_for_screen 'suspended'
  assert_equal "$(in_terminal display -p '#{alternate_on}')" 0
  type_line 'clear; fg; print again=$?'
  wait_for_screen 'q quits'
  press q
  wait_for_screen '^again=0'
}
