# Day files and status files, checked, proven and repaired.

setup() {
  load support
  make_root
  DAY="g/ledger/cls/$(date +%Y-%m-%d).jsonl"
}

write() { ledger-write cls info "$1" test "$1"; }

@test "a valid root says nothing; an empty one too" {
  apart 'ledger-validate'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  for n in 1 2 3; do write "T-$n"; done
  status-update cls busy
  apart 'ledger-validate --chain --strict'
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
}

@test "findings are path:line: code: message, the summary is on stderr, the answer is 1" {
  write T-1
  echo garbage >>"$DAY"
  apart 'ledger-validate'
  assert_failure 1
  assert_output --regexp "^$DAY:2: json: not JSON: [^[:cntrl:]]+\$"
  assert_equal "$stderr" 'ledger-validate: 1 file, 2 lines: 1 error, 0 warnings'
  apart 'ledger-validate --json | jq -r "[.line, .code, .severity] | @tsv"'
  assert_output $'2\tjson\terror'
}

@test "the unterminated last line of an older script is seen" {
  mkdir -p g/ledger/cls
  printf '{"ts":"%sT10:00:00+0700","agent":"cls","session_id":"s","event":"info","task_id":"T","source":"x","summary":"y","data":{}}' "$(date +%Y-%m-%d)" >"$DAY"
  apart 'ledger-validate "$1"' "$DAY"
  assert_failure 1
  assert_output "$DAY:1: no-newline: has no newline at its end"
}

@test "content that does not belong where it lies" {
  write T-1
  mkdir -p g/ledger/andy
  cp "$DAY" g/ledger/andy/2026-01-01.jsonl
  apart 'ledger-validate g/ledger/andy | cut -d: -f3'
  assert_output $' wrong-day\n wrong-agent'
}

@test "what is wrong with a line is named" {
  mkdir -p g/ledger/cls
  local day good
  day=$(date +%Y-%m-%d)
  good='{"ts":"'$day'T10:00:00Z","agent":"cls","session_id":"s","event":"info","task_id":"T","source":"x","summary":"y","data":{}}'
  {
    echo "$good"
    echo 'not json'
    echo "${good/\"cls\"/\"andy\"}"
    echo "${good/$day/2001-01-01}"
    echo "${good/\"y\"/7}"
    printf '%s\r\n' "$good"
    printf '%s' "$good"
  } >"$(day_file cls)"
  in_zsh "ledger-validate \"\$1\" 2>/dev/null | cut -d: -f2,3" "$(day_file cls)"
  assert_line '2: json'
  assert_line '3: wrong-agent'
  assert_line '4: wrong-day'
  assert_line '5: schema'
  assert_line '6: crlf'
  assert_line '7: no-newline'
  refute_line --regexp '^1: (json|schema)'
}

@test "lines of older tools are valid, and told to be without a chain" {
  mkdir -p g/ledger/cls
  echo '{"ts":"'"$(date +%Y-%m-%d)"'T10:00:00+0700","agent":"cls","session_id":"s","event":"info","task_id":"T","source":"x","summary":"y","data":{}}' >"$(day_file cls)"
  in_zsh 'ledger-validate --chain 2>/dev/null'
  assert_success
  assert_output --partial 'unchained'
}

@test "warnings do not fail, but with --strict" {
  write T-1
  echo >>"$DAY"
  in_zsh 'ledger-validate 2>&-'
  assert_success
  assert_output "$DAY:2: empty-line: is empty"
  in_zsh 'ledger-validate --strict'
  assert_failure 1
}

@test "--chain names the line that was changed, removed, moved, added, or lost at the end" {
  for n in 1 2 3 4 5; do write "T-$n"; done
  cp "$DAY" good
  told() { ledger-validate --chain 2>/dev/null | grep chain- | cut -d: -f2,3; }
  sed -i.bak '3s/T-3/T-9/' "$DAY"
  assert_equal "$(told)" '3: chain-changed'
  sed 2d good >"$DAY"
  assert_equal "$(told)" '2: chain-missing'
  { sed -n 1p good; sed -n 4p good; sed -n 3p good; sed -n 2p good; sed -n 5p good; } >"$DAY"
  assert_equal "$(told)" $'2: chain-moved\n4: chain-moved'
  { sed -n 1,4p good; sed -n 2p good; sed -n 5p good; } >"$DAY"
  assert_equal "$(told)" '5: chain-inserted'
  sed 5d good >"$DAY"
  assert_equal "$(told)" '4: chain-lost-tail'
  sed '5s/T-5/T-9/' good >"$DAY"
  assert_equal "$(told)" '5: chain-changed'
  rm "$DAY"
  assert_equal "$(told)" '1: chain-lost-file'
  cp good "$DAY"
  assert_equal "$(told)" ''
}

@test "--repair moves what cannot be parsed beside the file, and nothing else" {
  write T-1
  printf 'garbage\n{"torn":\n' >>"$DAY"
  write T-2
  printf '{"ts":"2026' >>"$DAY"
  grep T- "$DAY" >valid
  apart 'ledger-validate --repair --chain'
  assert_success
  assert_output --regexp "^$DAY:2: repaired: 3 lines \(2, 3, 5\) are now in $DAY\.torn-[-0-9a-f]{36}\$"
  cmp "$DAY" valid
  assert_equal "$(cat "$DAY".torn-*)" $'garbage\n{"torn":\n{"ts":"2026'
  write T-3
  in_zsh 'ledger-validate --chain --repair --strict'
  assert_success
  assert_output ''
}

@test "a damaged status is made again" {
  ledger-write cls task_start T-7 test start --status
  echo '{"agent"' >agents/cls/status.json
  apart 'ledger-validate'
  assert_failure 1
  in_zsh 'ledger-validate --repair 2>/dev/null'
  assert_success
  assert_equal "$(jq -r .last_task_id agents/cls/status.json)" T-7
}

@test "what is refused: a missing path, an unknown option, no root" {
  apart 'ledger-validate nowhere'
  assert_refused 4 'nowhere'
  apart 'ledger-validate --chains'
  assert_refused 64 '--chains'
  mkdir "$BASE/elsewhere"
  apart 'cd "$1" && ledger-validate' "$BASE/elsewhere"
  assert_refused 3 'ledger-init'
}

@test "hostile files give findings, never a hang" {
  write T-1
  mkfifo g/ledger/cls/2026-01-01.jsonl
  mkdir g/ledger/cls/2026-01-02.jsonl
  ln -s /etc/passwd g/ledger/cls/2026-01-03.jsonl
  head -c 300000 /dev/urandom >g/ledger/cls/2026-01-04.jsonl
  head -c 3000000 /dev/zero | tr '\0' '[' >g/ledger/cls/2026-01-05.jsonl
  apart 'ledger-validate --chain'
  assert_failure
  assert_equal "$(grep -c unreadable <<<"$output")" 3
  assert_line --partial '2026-01-05.jsonl:1: too-long'
  refute_line --partial root:
  refute [ "$(grep -c $'\e' <<<"$output")" != 0 ]
}

@test "a reader that has gone ends it in silence" {
  for n in {1..20}; do echo garbage; done >junk
  apart 'ledger-validate junk | head -1 | cut -d: -f1-3'
  assert_output 'junk:1: json'
}
