# What an agent is doing now, said by hand or by cron.

setup() {
  load support
  make_root
}

status() { jq -r "$1" agents/cls/status.json; }

@test "a status is written, silently, and is in the log too" {
  apart 'status-update cls busy "" T-1'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  assert_equal "$(status '[.agent, .state, .last_task_id, .last_error] | map(tostring) | join(" ")')" 'cls busy T-1 null'
  assert_equal "$(status .last_heartbeat)" "$(status .updated_at)"
  assert_equal "$(jq -r '[.event, .source, .task_id, .data.state] | join(" ")' "$(day_file cls)")" 'info status-update T-1 busy'
}

@test "each state, and every argument" {
  local state
  for state in idle busy error offline; do
    in_zsh 'status-update cls "$1"' "$state"
    assert_success
    assert_equal "$(status .state)" "$state"
  done
  day=$(date +%Y-%m-%d)
  in_zsh 'status-update andy error "2025-11-16T10:00:00+07:00" T-2 '"$day"'_andy_003 "no space left"'
  assert_success
  run jq -c 'del(.agent)' agents/andy/status.json
  assert_output '{"state":"error","last_heartbeat":"2025-11-16T10:00:00+07:00","last_task_id":"T-2","session_id":"'"$day"'_andy_003","last_error":"no space left","updated_at":"2025-11-16T10:00:00+07:00"}'
}

@test "the words of the old wrappers work: an empty argument says nothing" {
  in_zsh 'status-update cls busy "" "" "" ""'
  assert_success
  assert_equal "$(status '[.last_task_id, .last_error] | map(tostring) | join(" ")')" 'null null'
}

@test "an error is kept exactly, and cleared by the next state" {
  apart 'status-update cls error "" "" "" "$1" && status-update cls --heartbeat' $'\e[31mline 1\nline "2" \\ 🎉'
  assert_success
  jq -j .last_error agents/cls/status.json | cmp - <(printf '\e[31mline 1\nline "2" \\ 🎉')
  in_zsh 'status-update cls idle'
  assert_equal "$(status .last_error)" null
}

@test "an older time changes nothing, says so and is no failure" {
  in_zsh 'status-update cls busy "" T-1'
  cp agents/cls/status.json before
  apart 'status-update cls idle "2025-11-16T10:00:00+07:00"'
  assert_success
  assert_stderr --regexp '^status-update: 2025-11-16T10:00:00\+07:00 is older than .*; the status of cls is kept as it is$'
  cmp agents/cls/status.json before
  assert_equal "$(wc -l <"$(day_file cls)" | tr -d ' ')" 1
}

@test "a time in whole seconds, as date gives it, is not older than its own second" {
  in_zsh 'status-update cls busy && status-update cls idle "$(date +%Y-%m-%dT%H:%M:%S%z)"'
  assert_success
  assert_equal "$(status .state)" idle
}

@test "--heartbeat moves the time and nothing else, and is not in the log" {
  in_zsh 'status-update cls error "" T-1 "" boom'
  cp agents/cls/status.json before
  in_zsh 'sleep 0.01; status-update cls --heartbeat'
  assert_success
  assert_equal "$(jq -c 'del(.last_heartbeat, .updated_at)' before)" "$(jq -c 'del(.last_heartbeat, .updated_at)' agents/cls/status.json)"
  [ "$(status .last_heartbeat)" != "$(jq -r .last_heartbeat before)" ]
  assert_equal "$(wc -l <"$(day_file cls)" | tr -d ' ')" 1
}

@test "keys that are not ours are kept" {
  in_zsh 'status-update cls idle'
  jq '. + {"note":{"mine":[1,2]}}' agents/cls/status.json >edited && mv edited agents/cls/status.json
  in_zsh 'status-update cls busy'
  assert_equal "$(status '[.state, (.note.mine | tostring)] | join(" ")')" 'busy [1,2]'
}

@test "--rebuild makes the status from the log again, of one agent or of all" {
  in_zsh 'ledger-write cls task_start T-1 test text; ledger-write andy error T-2 test "it broke"'
  apart 'status-update --rebuild --json'
  assert_success
  assert_equal "$(jq -r '[.agent, .state] | join(" ")' <<<"$output")" $'andy error\ncls busy'
  assert_equal "$(jq -r .last_error agents/andy/status.json)" 'it broke'
  echo '{"torn' >agents/cls/status.json
  apart 'status-update cls --rebuild'
  assert_success
  assert_stderr --partial 'the status of cls was not JSON; it is kept as '
  assert_equal "$(status .state)" busy
  apart 'status-update gg --rebuild'
  assert_refused 4 'gg has no events to make a status from'
  apart 'status-update cls andy --rebuild'
  assert_refused 64 'with --rebuild give one agent, or none for all'
}

@test "--json prints the status as it is now" {
  apart 'status-update cls busy --json'
  assert_success
  assert_equal "$(jq -c . <<<"$output")" "$(jq -c . agents/cls/status.json)"
}

@test "what is no status is refused" {
  local state
  for state in working '' IDLE $'idle\n' -x; do
    apart 'status-update cls "$1"' "$state"
    assert_refused 65 'is not a state; use idle, busy, error, offline'
  done
  for time in 'not a date' 2026-02-30T00:00:00Z 2025-11-16 now; do
    apart 'status-update cls idle "$1"' "$time"
    assert_refused 65 'is not a timestamp like'
  done
  apart 'status-update cls idle 2099-01-01T00:00:00Z'
  assert_refused 65 'is in the future; check the clock'
  apart 'status-update CLS idle'
  assert_refused 65 'is not an agent name'
  apart 'status-update cls idle "" "" 2026-11-24_andy_001'
  assert_refused 65 'is not a session of cls'
  apart 'status-update cls idle "" $'"'"'a\nb'"'"''
  assert_refused 65 'control characters'
  apart 'status-update cls error "" "" "" "${(l:4097::x:)}"'
  assert_refused 65 'last_error is longer than 4096 bytes'
  assert_nothing_written
}

@test "missing and superfluous arguments show how it goes" {
  local arguments
  for arguments in '' 'cls' 'cls idle "" "" "" "" more' 'cls idle --heartbeat' '--heartbeat' '-x'; do
    apart "status-update $arguments"
    assert_refused 64 'status-update: '
    assert_stderr --partial $'\nusage: status-update [options] <agent> <state>'
  done
  assert_nothing_written
}

@test "a link out of the root is refused, one inside it is followed" {
  mkdir -p agents/cls
  echo '{"note":1}' >"$BASE/outside.json"
  ln -s "$BASE/outside.json" agents/cls/status.json
  apart 'status-update cls idle'
  assert_refused 77 'leads out of the root'
  assert_equal "$(cat "$BASE/outside.json")" '{"note":1}'
  echo '{"note":1}' >inside.json
  ln -sf ../../inside.json agents/cls/status.json
  in_zsh 'status-update cls busy'
  assert_success
  [ -L agents/cls/status.json ]
  assert_equal "$(jq -r '[.note, .state] | join(" ")' inside.json)" '1 busy'
}

@test "a directory in the place of the file is refused" {
  mkdir -p agents/cls/status.json
  apart 'status-update cls idle'
  assert_refused 74 'status.json'
}
