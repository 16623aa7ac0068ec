# One event a call: what is kept exactly, what is refused, and the options.

setup() {
  load support
  make_root
}

@test "an event is appended, silently" {
  apart 'ledger-write cls task_start "wo-test" "gg_orchestrator" "Test task"'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  run jq -c '[.agent, .event, .task_id, .source, .summary, .data]' "$(day_file cls)"
  assert_output '["cls","task_start","wo-test","gg_orchestrator","Test task",{}]'
}

@test "the fields stand in their order, and the chain goes on from call to call" {
  in_zsh 'for n in 1 2 3; ledger-write cls info T-$n test "event $n" "{\"n\":$n}"'
  assert_success
  run jq -c '[keys_unsorted[0:8], .seq, .data.n] | flatten' "$(day_file cls)"
  assert_line --index 0 '["ts","agent","session_id","event","task_id","source","summary","data",1,1]'
  assert_line --index 2 '["ts","agent","session_id","event","task_id","source","summary","data",3,3]'
  run jq -r '.prev' "$(day_file cls)"
  assert_line --index 1 --regexp '^[0-9a-f]{64}$'
}

# --- kept exactly -----------------------------------------------------------------------------------------------

@test "quotes, backslashes, newlines, emoji and marks of direction round-trip byte for byte" {
  local text
  for text in 'say "hi"' "it's" 'a\nb' 'C:\temp\' $'a\tb\nc\rd' '🎉👩‍👩‍👧' $'\u200fעברית\u202e' 'ประเทศไทย' '${HOME} `id` $(id)' \
    '%s %n !! ; touch x' '  spaces  ' '-rf' '--' '--json ' $'\u2028\u2029\ufeff' '{"agent":"andy"}' ''; do
    in_zsh 'ledger-write cls info T-1 test -- "$1" "$(jq -nc --arg t "$1" "{text:\$t}")"' "$text"
    assert_success
    jq -j .summary <<<"$(last_line cls)" >"$BASE/summary"
    jq -j .data.text <<<"$(last_line cls)" >"$BASE/data"
    printf %s "$text" >"$BASE/expected"
    cmp "$BASE/summary" "$BASE/expected"
    cmp "$BASE/data" "$BASE/expected"
  done
  assert_equal "$(ls g/ledger)" cls
}

@test "every control character round-trips" {
  in_zsh 'text=
    for code in {1..31} 127; text+=${(#)code}
    ledger-write cls info T-1 test "$text" && print -rn -- "$text" >expected'
  assert_success
  jq -j .summary "$(day_file cls)" | cmp - expected
}

@test "a value may begin with a dash, wherever it stands" {
  in_zsh 'ledger-write cls info -x -- -rf --summary; ledger-write cls info T-1 -s -5'
  assert_success
  run jq -c '[.task_id, .source, .summary]' "$(day_file cls)"
  assert_line --index 0 '["-x","-rf","--summary"]'
  assert_line --index 1 '["T-1","-s","-5"]'
}

@test "an ASCII locale changes nothing" {
  in_zsh 'LC_ALL=C ledger-write cls info "ภารกิจ" test "naïve 🎉" "{\"k\":\"é\"}"'
  assert_success
  run jq -r '[.task_id, .summary, .data.k] | join(" ")' "$(day_file cls)"
  assert_output 'ภารกิจ naïve 🎉 é'
}

@test "a default like \${6:-{}} in a wrapper appends no brace" {
  in_zsh 'wrapper() { ledger-write "$1" info T-1 test text "${2:-{}}" }; wrapper cls; wrapper cls "{\"a\":1"'
  assert_success
  run jq -c .data "$(day_file cls)"
  assert_output $'{}\n{"a":1}'
}

# --- refused ----------------------------------------------------------------------------------------------------

@test "names that are no agent's are refused" {
  local name
  for name in ../x CLS '' "$(printf 'a%.0s' {1..65})" a/b '.' $'a\nb' 'a b' 5a; do
    apart 'ledger-write "$1" info T-1 test text' "$name"
    assert_refused 65 'is not an agent name; use 1 to 64 of a-z 0-9 _ -'
  done
  apart 'ledger-write -rf info T-1 test text'
  assert_refused 64 'unknown option "-rf"'
  apart 'ledger-write -- -rf info T-1 test text'
  assert_refused 65 '"-rf" is not an agent name'
  assert_nothing_written
}

@test "data that is no exact JSON object is refused" {
  local data
  for data in '[]' '5' '"x"' 'null' '{' "{'a':1}" '{"a":NaN}' '{"a":1e999}' '{"a":9007199254740993}' '{"__proto__":1}' \
    '{"a":{"__proto__":1}}' '{"a":"\ud800"}' '{} {}'; do
    apart 'ledger-write cls info T-1 test text "$1"' "$data"
    assert_refused 65 'data '
  done
  assert_nothing_written
}

@test "data that nests deeper than 100 levels is refused" {
  apart 'ledger-write cls info T-1 test text "{\"a\":${(l:200::[:)}${(l:200::]:)}}"'
  assert_refused 65 'nested deeper than 100 levels'
  assert_nothing_written
}

@test "data of 300 KB is refused, 200 KB is kept" {
  in_zsh 'print -rn -- "{\"a\":\"${(l:300000::x:)}\"}" >large; print -rn -- "{\"a\":\"${(l:200000::x:)}\"}" >fitting'
  apart 'ledger-write cls info T-1 test text --data-file large'
  assert_refused 65 'a line holds at most 256 KiB'
  assert_nothing_written
  in_zsh 'ledger-write cls info T-1 test text --data-file fitting'
  assert_success
  run jq '.data.a | length' "$(day_file cls)"
  assert_output 200000
}

@test "a summary over 4096 bytes is refused, not cut" {
  apart 'ledger-write cls info T-1 test "${(l:4097::x:)}"'
  assert_refused 65 'summary is longer than 4096'
  apart 'ledger-write cls info T-1 test "${(l:1366::語:)}"'
  assert_refused 65 'summary is longer than 4096'
  assert_nothing_written
  in_zsh 'ledger-write cls info T-1 test "${(l:4096::x:)}"'
  assert_success
}

@test "other fields that break their limits are refused" {
  apart 'ledger-write cls Info T-1 test text'
  assert_refused 65 'event'
  apart 'ledger-write cls "" T-1 test text'
  assert_refused 65 'event'
  apart 'ledger-write cls info "${(l:201::x:)}" test text'
  assert_refused 65 'the task id is 201 bytes long'
  apart 'ledger-write cls info $'"'"'a\nb'"'"' test text'
  assert_refused 65 'has control characters'
  apart 'ledger-write cls info T-1 "" text'
  assert_refused 65 'source must not be empty'
  apart 'ledger-write cls info T-1 test text --idempotency-key ""'
  assert_refused 65 'idempotency_key must not be empty'
  apart 'ledger-write cls info T-1 test text --parent "${(l:201::x:)}"'
  assert_refused 65 'parent_id is longer than 200'
  assert_nothing_written
}

@test "missing and superfluous arguments show how it goes" {
  local arguments
  for arguments in '' 'cls' 'cls info' 'cls info T-1' 'cls info T-1 test' 'cls info T-1 test text {} more' \
    'cls info T-1 test text {} --data-file x' 'cls info T-1 test text --import' 'cls extra --stdin' '--stdin' \
    '--nonsense' 'cls info T-1 test text --session'; do
    apart "ledger-write $arguments"
    assert_refused 64 'ledger-write: '
    assert_stderr --partial $'\nusage: ledger-write [options] <agent> <event> <task_id> <source> <summary> [data_json]'
  done
  assert_nothing_written
}

@test "a message shows control characters and moves no cursor" {
  apart 'ledger-write $'"'"'\e[31mx\n'"'"' info T-1 test text'
  assert_refused 65 '"\u001b[31mx\n" is not an agent name'
}

# --- options ----------------------------------------------------------------------------------------------------

@test "--json prints the stored line" {
  apart 'ledger-write cls info T-1 test text --json'
  assert_success
  assert_equal "$output" "$(last_line cls)"
}

@test "--data-file takes a file, standard input or a pipe with a name" {
  printf '{"from":"file"}' >data.json
  in_zsh 'ledger-write cls info T-1 test text --data-file data.json
    print "{\"from\":\"stdin\"}" | ledger-write cls info T-1 test text --data-file -
    ledger-write cls info T-1 test text --data-file <(print "{\"from\":\"pipe\"}")
    ledger-write cls info T-1 test text --data-file - </dev/null'
  assert_success
  run jq -c .data "$(day_file cls)"
  assert_output $'{"from":"file"}\n{"from":"stdin"}\n{"from":"pipe"}\n{}'
}

@test "--data-file that is missing, a directory or no text is refused" {
  printf '{"a":"\xff"}' >latin1
  apart 'ledger-write cls info T-1 test text --data-file missing'
  assert_refused 4 'there is no file missing'
  apart 'ledger-write cls info T-1 test text --data-file .'
  assert_refused 74 'cannot read'
  apart 'ledger-write cls info T-1 test text --data-file latin1'
  assert_refused 65 'latin1 is not UTF-8'
  apart 'ledger-write cls info T-1 test text --data-file - <latin1'
  assert_refused 65 'standard input is not UTF-8'
  assert_nothing_written
}

@test "the session: --session, then LEDGER_SESSION_ID, then the open one, then a new one" {
  local day
  day=$(date +%Y-%m-%d)
  in_zsh 'ledger-write cls info T-1 test new
    ledger-write cls info T-1 test open
    LEDGER_SESSION_ID='$day'_cls_007 ledger-write cls info T-1 test inherited
    LEDGER_SESSION_ID='$day'_cls_007 ledger-write cls info T-1 test asked --session '$day'_cls_009
    LEDGER_SESSION_ID='$day'_andy_005 ledger-write cls info T-1 test "of another agent"
    LEDGER_SESSION_ID=nonsense ledger-write cls info T-1 test nonsense'
  assert_success
  run jq -r .session_id "$(day_file cls)"
  assert_output "$(printf "${day}_cls_%s\n" 001 001 007 009 009 009)"
  apart "ledger-write cls info T-1 test text --session ${day}_andy_001"
  assert_refused 65 "is not a session of cls"
}

@test "--parent and --idempotency-key are stored; the same key again returns the first event" {
  apart 'ledger-write cls info T-1 test text --parent up --idempotency-key k --json
    ledger-write cls info T-1 test text --parent up --idempotency-key k --json'
  assert_success
  assert_equal "${lines[0]}" "${lines[1]}"
  assert_equal "$(jq -r '[.parent_id, .idempotency_key] | join(" ")' "$(day_file cls)")" 'up k'
  apart 'ledger-write cls info T-1 test other --parent up --idempotency-key k'
  assert_refused 65 'the idempotency key "k" already stands for another event'
}

@test "--status brings the status up to date in the same call" {
  in_zsh 'ledger-write cls task_start T-9 test text --status'
  assert_success
  run jq -r '[.state, .last_task_id, .session_id] | join(" ")' agents/cls/status.json
  assert_output "busy T-9 $(date +%Y-%m-%d)_cls_001"
}

@test "--help and --version are data" {
  apart 'ledger-write --help'
  assert_success
  assert_output --partial 'usage: ledger-write [options] <agent> <event>'
  assert_equal "$stderr" ''
  apart 'ledger-write --version'
  assert_output "ledger-write $(jq -r .version "$CHECKOUT/package.json")"
}

@test "what looks like a secret is hidden, on disk, in the answer and in messages" {
  in_zsh 'ledger-write cls info T-1 me "password=hunter2" "{\"api_key\":\"abc123def456\"}" --json'
  assert_success
  assert_output --partial 'password=[redacted:password]'
  refute_output --regexp 'hunter2|abc123def456'
  run cat "$(day_file cls)"
  refute_output --regexp 'hunter2|abc123def456'
  in_zsh 'ledger-write --password=hunter2'
  assert_failure 64
  refute_output --partial hunter2
}

@test "redact.allow and redact.extra of the configuration are obeyed, and checked" {
  echo '{"redact":{"allow":["hunter2"],"extra":[{"name":"acme","pattern":"acme_[a-z]{8,}"}]}}' >ledger.config.json
  in_zsh 'ledger-write cls info T-1 me "password=hunter2 acme_abcdefgh" --json'
  assert_output --partial '"summary":"password=hunter2 [redacted:acme]"'
  apart 'ledger-claim check "acme_abcdefgh password=hunter2" --agent-id cls'
  assert_failure 4
  [[ $stderr == *'[redacted:acme] password=hunter2'* ]] || fail "$stderr"
  echo '{"redact":{"extra":[{"name":"acme","pattern":"(a+)+$"}]}}' >ledger.config.json
  in_zsh 'ledger-write cls info T-1 me x'
  assert_failure 65
  assert_output --partial 'redact.extra "acme" is refused'
}
