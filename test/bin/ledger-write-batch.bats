# ledger-write --stdin: many events, one a line.

setup() {
  load support
  make_root
}

# A line of a batch.
event() { printf '{"event":"info","task_id":"T-1","source":"test","summary":"%s"}\n' "$1"; }

@test "a stream of events is written in order, silently" {
  for n in 1 2 3; do event "$n"; done >batch
  apart 'ledger-write cls --stdin <batch'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  run jq -r '[.seq, .summary, (.data | tostring)] | join(" ")' "$(day_file cls)"
  assert_output $'1 1 {}\n2 2 {}\n3 3 {}'
}

@test "rejected lines are named by number, and the others are written" {
  { event one; echo 'no json'; event two; echo '[]'; echo '{"event":"info"}'; event ../three; } >batch
  printf '{"event":"info","task_id":"T","source":"s","summary":"x","data":[]}\n' >>batch
  printf '{"event":"info","task_id":"T","source":"s","summary":"x","colour":1}\n' >>batch
  printf '{"agent":"andy","event":"info","task_id":"T","source":"s","summary":"x"}\n' >>batch
  printf '{"event":"BAD","task_id":"T","source":"s","summary":"x"}\n' >>batch
  printf '{"event":"info","task_id":"T","source":"s","summary":5}\n' >>batch
  apart 'ledger-write cls --stdin <batch'
  assert_failure 65
  assert_output ''
  assert_stderr_line --index 0 --regexp '^ledger-write: line 2: the line is not JSON: '
  assert_stderr_line --index 1 'ledger-write: line 4: the line must be a JSON object, like {"key": "value"}'
  assert_stderr_line --index 2 'ledger-write: line 5: the line has no "task_id"'
  assert_stderr_line --index 3 'ledger-write: line 7: data must be a JSON object'
  assert_stderr_line --index 4 'ledger-write: line 8: unknown key "colour"; put what is yours into data'
  assert_stderr_line --index 5 'ledger-write: line 9: the line is of another agent, "andy"'
  assert_stderr_line --index 6 --regexp '^ledger-write: line 10: event '
  assert_stderr_line --index 7 'ledger-write: line 11: summary must be a string'
  assert_stderr_line --index 8 'ledger-write: 8 of 11 lines rejected; the others are written'
  run jq -r '[.seq, .summary] | join(" ")' "$(day_file cls)"
  assert_output $'1 one\n2 two\n3 ../three'
}

@test "an empty stream, and one of blank lines, is nothing" {
  apart 'ledger-write cls --stdin </dev/null; print -n "\n \n\r\n\t\n" | ledger-write cls --stdin'
  assert_success
  assert_equal "$stderr" ''
  assert_nothing_written
}

@test "lines that end in CRLF, and a last line without a newline, are lines" {
  { event one | sed 's/$/\r/'; event two | tr -d '\n'; } >batch
  in_zsh 'ledger-write cls --stdin <batch'
  assert_success
  run jq -r .summary "$(day_file cls)"
  assert_output $'one\ntwo'
  run grep -c $'\r' "$(day_file cls)"
  assert_output 0
}

@test "binary input and text that is no UTF-8 are rejected by line" {
  { event one; printf '{"event":"info","task_id":"T","source":"s","summary":"\xff"}\n\000\001\002\n'; event two; } >batch
  apart 'ledger-write cls --stdin <batch'
  assert_failure 65
  assert_stderr --partial 'line 2: the line is not UTF-8'
  assert_stderr --partial 'line 3: the line is not JSON'
  assert_equal "$(jq -r .summary "$(day_file cls)")" $'one\ntwo'
  apart 'head -c 3000000 /dev/urandom | ledger-write cls --stdin'
  assert_failure 65
  assert_stderr --partial 'lines rejected'
}

@test "a line of 1 MiB and a longer one are rejected, and the lines around them are written" {
  in_zsh 'line() { print -r -- "{\"event\":\"info\",\"task_id\":\"T\",\"source\":\"s\",\"summary\":\"x\",\"data\":{\"a\":\"${(l:$1::x:)}\"}}" }
    { line 1; line 1048000; line 5000000; line 262000; line 2 } >batch'
  apart 'ledger-write cls --stdin <batch'
  assert_failure 65
  assert_stderr_line --index 0 --partial 'line 2: the event is 1024 KiB long; a line holds at most 256 KiB'
  assert_stderr_line --index 1 'ledger-write: line 3: the line is longer than 1 MiB'
  assert_stderr_line --index 2 --partial 'line 4: the event is 257 KiB long'
  run jq '.data.a | length' "$(day_file cls)"
  assert_output $'1\n2'
}

@test "a slow producer's events are on disk while it is silent" {
  mkfifo pipe
  event one >first
  event two >second
  apart 'ledger-write cls --stdin <pipe & writer=$!
    exec 3>pipe
    cat first >&3
    for try in {1..200}; do
      [[ -s '"$(day_file cls)"' ]] && break
      sleep 0.05
    done
    wc -l <'"$(day_file cls)"'
    cat second >&3
    exec 3>&-
    wait $writer'
  assert_success
  assert_equal "${output// /}" 1
  run jq -r .summary "$(day_file cls)"
  assert_output $'one\ntwo'
}

@test "a batch that fails does not wait for its producer" {
  mkdir -p g/ledger/cls && mkdir "$(day_file cls)"
  event one >first
  mkfifo pipe
  apart '{ cat first; exec sleep 60 } >pipe & producer=$!
    ledger-write cls --stdin <pipe
    print -u2 "status $?"
    kill $producer && print -u2 "the producer was still there"'
  assert_stderr_line --index 0 --partial 'there is a directory in its place'
  assert_stderr_line --index 1 'status 74'
  assert_stderr_line --index 2 'the producer was still there'
}

@test "2,500 lines are written, chained and numbered without a gap" {
  in_zsh 'for n in {1..2500}; print -r -- "{\"event\":\"info\",\"task_id\":\"T\",\"source\":\"s\",\"summary\":\"$n\"}" >>batch
    ledger-write cls --stdin <batch'
  assert_success
  run jq -s 'length == 2500 and all(.[]; (.seq | tostring) == .summary)' "$(day_file cls)"
  assert_output true
}

@test "--json prints what was written, and a reader that goes away stops nothing" {
  { event one; echo bad; event two; } >batch
  apart 'ledger-write cls --stdin --json <batch'
  assert_failure 65
  assert_equal "$output" "$(cat "$(day_file cls)")"
  in_zsh 'for n in {1..3000}; print -r -- "{\"event\":\"info\",\"task_id\":\"T\",\"source\":\"s\",\"summary\":\"$n\"}" >>many
    ledger-write andy --stdin --json <many | head -n 1 >/dev/null; print $pipestatus'
  assert_output '0 0'
  run wc -l <"$(day_file andy)"
  assert_equal "${output// /}" 3000
}

@test "sessions, parents and keys are taken from each line" {
  day=$(date +%Y-%m-%d)
  printf '{"event":"info","task_id":"T","source":"s","summary":"%s"%s}\n' \
    a ",\"session_id\":\"${day}_cls_005\",\"parent_id\":\"p\"" b ',"idempotency_key":"k"' b ',"idempotency_key":"k"' \
    c ",\"session_id\":\"${day}_andy_005\"" d ',"idempotency_key":"k"' >batch
  apart 'ledger-write cls --stdin <batch'
  assert_failure 65
  assert_stderr_line --index 0 --partial 'line 4: "'"${day}"'_andy_005" is not a session of cls'
  assert_stderr_line --index 1 --partial 'line 5: the idempotency key "k" already stands for another event'
  run jq -r '[.summary, .session_id, .parent_id // "-"] | join(" ")' "$(day_file cls)"
  assert_output "a ${day}_cls_005 p"$'\n'"b ${day}_cls_005 -"
}

@test "--session is for the lines that name none" {
  day=$(date +%Y-%m-%d)
  event one >batch
  in_zsh "ledger-write cls --stdin --session ${day}_cls_033 <batch"
  assert_success
  assert_equal "$(jq -r .session_id "$(day_file cls)")" "${day}_cls_033"
}

@test "--status makes one status, of the newest event" {
  printf '{"event":"%s","task_id":"T","source":"s","summary":"x"}\n' task_start task_result error >batch
  in_zsh 'ledger-write cls --stdin --status <batch'
  assert_success
  assert_equal "$(jq -r '[.state, .last_error] | join(" ")' agents/cls/status.json)" 'error x'
}

@test "--import keeps each ts and files the event by its date" {
  printf '{"ts":"%s","agent":"cls","session_id":"2025-11-16_cls_001","event":"info","task_id":"T","source":"s","summary":"x","data":{}}\n' \
    2025-11-16T10:00:00+0700 2025-11-17T00:00:00.000+07:00 'not a date' 2025-11-16T23:59:59-11:00 >old
  echo '{"event":"info","task_id":"T","source":"s","summary":"x"}' >>old
  apart 'ledger-write cls --stdin --import <old'
  assert_failure 65
  assert_stderr_line --index 0 'ledger-write: line 3: --import needs a ts like 2026-11-24T17:03:09.041+07:00'
  assert_stderr_line --index 1 'ledger-write: line 5: --import needs a ts like 2026-11-24T17:03:09.041+07:00'
  assert_equal "$(jq -r .ts g/ledger/cls/2025-11-16.jsonl)" $'2025-11-16T10:00:00+0700\n2025-11-16T23:59:59-11:00'
  assert_equal "$(jq -r '[.seq, .session_id] | join(" ")' g/ledger/cls/2025-11-17.jsonl)" '1 2025-11-16_cls_001'
}

@test "without --import the time is ours, and an exported ledger can be piped in as it is" {
  in_zsh 'ledger-write cls info T-1 test text "{\"a\":1}"'
  cp "$(day_file cls)" exported
  in_zsh 'ledger-write cls --stdin <exported'
  assert_success
  run jq -s '.[0].id != .[1].id and .[0].data == .[1].data and .[1].seq == 2' "$(day_file cls)"
  assert_output true
}

@test "a batch into a full stdout says so, and has written" {
  [[ -e /dev/full ]] || skip 'needs /dev/full'
  event one >batch
  apart 'ledger-write cls --stdin --json <batch >/dev/full'
  assert_refused 74 'cannot write the output: no space left'
  assert_equal "$(jq -r .summary "$(day_file cls)")" one
}
