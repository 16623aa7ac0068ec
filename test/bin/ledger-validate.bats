setup() {
  load support
  make_root
}

# Five chained events of an agent.
write_five() {
  in_zsh 'for n in 1 2 3 4 5; do ledger-write "$1" info T-1 test "event $n" || exit; done' "$1"
  assert_success
}

# Runs sed on today's file without leaving anything beside it.
edit() {
  sed "$2" "$(day_file "$1")" >"$BASE/edited"
  cat "$BASE/edited" >"$(day_file "$1")"
}

@test "a good ledger is valid, in silence; files, directories and the whole root" {
  write_five cls
  in_zsh 'status-update cls busy'
  in_zsh 'ledger-validate && ledger-validate --chain && ledger-validate "$1" g/ledger agents/cls/status.json' "$(day_file cls)"
  assert_success
  assert_output ''
}

@test "a finding is a place an editor can jump to, and the answer is no" {
  write_five cls
  printf '{"torn' >>"$(day_file cls)"
  in_zsh 'ledger-validate 2>/dev/null'
  assert_failure 1
  assert_output --regexp '^g/ledger/cls/[0-9-]+\.jsonl:6: torn: '
  in_zsh 'ledger-validate --json 2>/dev/null'
  assert_failure 1
  run jq -c '[.line, .code]' <<<"$output"
  assert_output '[6,"torn"]'
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

@test "--chain names the line that was changed, removed, added or moved" {
  write_five cls
  edit cls '3s/event 3/event X/'
  in_zsh 'ledger-validate --chain 2>/dev/null'
  assert_failure 1
  assert_output --regexp ':3: chain-changed: '
  write_five andy
  edit andy 3d
  in_zsh 'ledger-validate --chain "$1" 2>/dev/null' "$(day_file andy)"
  assert_output --regexp ':3: chain-missing: '
  write_five hybrid
  edit hybrid 5d
  in_zsh 'ledger-validate --chain "$1" 2>/dev/null' "$(day_file hybrid)"
  assert_failure 1
  assert_output --partial 'chain-lost-tail'
  write_five other
  edit other '5s/event 5/event X/'
  in_zsh 'ledger-validate --chain "$1" 2>/dev/null' "$(day_file other)"
  assert_failure 1
  assert_output --regexp ':5: chain-changed: '
}

@test "lines of older tools are valid, and told to be without a chain" {
  mkdir -p g/ledger/cls
  echo '{"ts":"'"$(date +%Y-%m-%d)"'T10:00:00+0700","agent":"cls","session_id":"s","event":"info","task_id":"T","source":"x","summary":"y","data":{}}' >"$(day_file cls)"
  in_zsh 'ledger-validate --chain 2>/dev/null'
  assert_success
  assert_output --partial 'unchained'
}

@test "--repair moves what is no event to a file beside it, and nothing else" {
  write_five cls
  cp "$(day_file cls)" "$BASE/good"
  sed '2a not json' "$BASE/good" >"$(day_file cls)"
  printf '{"torn' >>"$(day_file cls)"
  in_zsh 'ledger-validate --repair 2>/dev/null'
  assert_success
  run cmp "$BASE/good" "$(day_file cls)"
  assert_success
  run cat g/ledger/cls/*.torn-*
  assert_output --partial 'not json'
  assert_output --partial '{"torn'
  in_zsh 'ledger-validate --chain && ledger-write cls info T-1 test six && ledger-validate --chain'
  assert_success
  assert_output ''
}

@test "warnings are no failure, unless --strict" {
  write_five cls
  in_zsh 'ledger-write cls --stdin --import' <<<'{"ts":"'"$(date +%Y-%m-%d)"'T00:00:00.000+00:00","event":"info","task_id":"T","source":"x","summary":"y"}'
  in_zsh 'ledger-validate 2>/dev/null'
  assert_success
  assert_output --partial ': order: '
  in_zsh 'ledger-validate --strict 2>/dev/null'
  assert_failure 1
}

@test "a path that is not there exits 4; an empty root is valid" {
  in_zsh 'ledger-validate g/ledger/nobody'
  assert_failure 4
  assert_output --partial 'g/ledger/nobody'
  in_zsh 'ledger-validate'
  assert_success
}
