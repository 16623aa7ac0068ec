setup() {
  load support
  load terminal
  make_root
}

teardown() { close_terminal; }

write() { ledger-write "$@"; }

# wait_for_lines FILE N: until the file has N lines.
wait_for_lines() {
  local try
  for ((try = 0; try < 200; try++)); do
    if [ "$(wc -l <"$1")" -ge "$2" ]; then return 0; fi
    sleep 0.05
  done
  fail "$1 never had $2 lines: $(cat "$1")"
}

@test "in a pipe events are JSON lines, byte for byte as they are stored" {
  write cls task_start wo-1 test $'a "quoted"\nline \e[31m'
  write andy info wo-2 test 'from andy'
  write cls task_result wo-1 test done '{"status":"ok"}'
  in_zsh 'ledger-query --agent cls | cmp - g/ledger/cls/*.jsonl'
  assert_success
  in_zsh 'ledger-query | jq -r .agent | paste -sd " "'
  assert_output 'cls andy cls'
  in_zsh 'ledger-query --json --task wo-2 | jq -r .summary'
  assert_output 'from andy'
}

@test "filters combine; agents and events may be lists" {
  write cls task_start wo-1 test one
  write andy error wo-1 test two '{"error":"Model OVERLOADED"}'
  write hybrid info wo/2 other three
  in_zsh 'ledger-query --agent cls,andy --event task_start,error --count'
  assert_output 2
  in_zsh 'ledger-query --task wo/2 --source other --since 1h --count'
  assert_output 1
  in_zsh 'ledger-query --text overloaded | jq -r .summary'
  assert_output two
  in_zsh 'ledger-query --until 1h --count'
  assert_output 0
  in_zsh 'ledger-query --limit 2 | jq -r .summary | paste -sd " "'
  assert_output 'two three'
}

@test "nothing found is no error, and says nothing in a pipe" {
  in_zsh 'ledger-query'
  assert_success
  assert_output ''
}

@test "what was skipped is said on stderr, and stdout is data only" {
  write cls info wo-1 test one
  printf '{"ts":"2026' >>"$(day_file cls)"
  in_zsh 'ledger-query 2>err | jq -r .summary; cat err'
  assert_output "one
ledger-query: skipped the torn last line of $(day_file cls)"
}

@test "a file that cannot be read is named, the others are shown, and the status tells" {
  write cls info wo-1 test one
  mkdir -p "$ROOT/g/ledger/andy/2026-01-01.jsonl"
  in_zsh 'ledger-query 2>err | jq -r .summary; print $pipestatus[1]; cat err'
  assert_line --index 0 one
  assert_line --index 1 74
  assert_line --index 2 --partial 'ledger-query: cannot read'
}

@test "files outside --since and --until are not opened" {
  write cls info wo-1 test one
  mkdir "$ROOT/g/ledger/cls/2020-01-01.jsonl" "$ROOT/g/ledger/cls/2099-01-01.jsonl"
  in_zsh 'ledger-query --since 2h --until 2098-01-01 | jq -r .summary'
  assert_success
  assert_output one
}

@test "wrong options are refused in one line with the usage" {
  in_zsh 'ledger-query --since yesterday'
  assert_failure 64
  assert_line --index 0 'ledger-query: --since "yesterday" is not a time; use 2026-11-24, 2026-11-24T17:03:09+07:00, or 2h, 7d back from now'
  in_zsh 'ledger-query wo-1'
  assert_failure 64
  in_zsh 'ledger-query --agent CLS'
  assert_failure 65
}

@test "a reader that goes away ends it quietly" {
  write cls info wo-1 test one
  ledger-write cls --stdin < <(for i in {1..3000}; do printf '{"event":"info","task_id":"t","source":"s","summary":"%s"}\n' $i; done)
  in_zsh 'ledger-query | head -n 1 | jq -r .summary; print $pipestatus[1]'
  assert_output 'one
0'
}

@test "--follow shows the newest 10, then what comes, of new agents too, and ends quietly on a signal" {
  for i in {1..12}; do printf '{"event":"info","task_id":"t","source":"s","summary":"%s"}\n' $i; done | ledger-write cls --stdin
  ledger-query --follow >out 2>err &
  local pid=$!
  wait_for_lines out 10
  write cls info wo-1 test thirteen
  wait_for_lines out 11
  write newcomer info wo-1 test fourteen
  wait_for_lines out 12
  kill -INT "$pid"
  wait "$pid"
  run cat err
  assert_output ''
  run jq -sr '[.[].summary] | join(" ")' out
  assert_output '3 4 5 6 7 8 9 10 11 12 thirteen fourteen'
}

@test "--follow takes filters, and ends when its reader goes away" {
  ledger-query --follow --event error --limit 0 >>out 2>err &
  local pid=$!
  sleep 0.3
  write cls info wo-1 test no
  write cls error wo-1 test yes
  wait_for_lines out 1
  kill -TERM "$pid"
  wait "$pid"
  run jq -r .summary out
  assert_output yes
  in_zsh '(sleep 0.5; ledger-write cls error wo-1 test again) & ledger-query --follow | head -n 1 | jq -r .summary; print $pipestatus[1]; wait'
  assert_output 'no
0'
}

@test "--follow ends soon after its reader has gone, without any event" {
  # An event would end it as well: should it wait for one, it gets one, late.
  in_zsh '{ sleep 8; ledger-write cls info late test late } >/dev/null 2>&1 3>&- & late=$!
    ledger-query --follow | true; print $pipestatus[1]; kill $late; ls g/ledger'
  assert_output 0
}

@test "--follow ends soon after the other end of its socket is closed" {
  in_zsh '{ sleep 8; ledger-write cls info late test late } >/dev/null 2>&1 3>&- & late=$!
    node -e "$1"; kill $late; ls g/ledger' '
      const { spawn } = require("node:child_process");
      const child = spawn("ledger-query", ["--follow"], { stdio: ["ignore", "pipe", "inherit"] });
      setTimeout(() => child.stdout.destroy(), 200);
      child.on("exit", (code, signal) => console.log(code, signal));'
  assert_output '0 null'
}

@test "on a terminal there is a table that fits and that no summary can break" {
  write cls task_start wo-1 test $'evil \e]0;owned\a\e[2J\e[31m\r\n\u202e'"$(printf 'x%.0s' {1..100})"
  write andy error wo/2 test '日本語 とても長い要約がここにあり、切り取られなければならない'
  open_terminal 70 20
  type_line 'clear; ledger-query; print rc=$?'
  wait_for_screen '^rc=0'
  run screen
  assert_line --index 0 --regexp '^TIME +AGENT +EVENT +TASK +SUMMARY$'
  assert_line --index 1 --regexp '^[0-9-]{5} [0-9:]{5}  cls +task_start  wo-1  evil \\u001b\]0;owned.*…$'
  assert_line --index 2 --regexp '^[0-9-]{5} [0-9:]{5}  andy +error +wo/2  日本語 .*…$'
  assert_line --index 3 'rc=0'
  run in_terminal display -p '#{pane_title}'
  refute_output owned
}

@test "on a terminal --json prints JSON lines, and nothing found is said" {
  write cls info wo-1 test $'\u009b31m'
  open_terminal 200 20
  type_line 'clear; ledger-query --json; ledger-query --agent nobody'
  wait_for_screen 'no such events'
  run screen
  assert_line --index 0 --partial '"summary":"\u009b31m"'
  assert_output --partial 'ledger-query: no such events'
}

@test "an outcome is shown as it was corrected, once; --raw shows what is stored" {
  write cls task_result wo-1 test done '{"status":"ok"}'
  local id
  id=$(jq -r .id "$(day_file cls)")
  ledger-write cls --stdin <<<"{\"event\":\"info\",\"task_id\":\"wo-1\",\"source\":\"s\",\"summary\":\"usage\",\"parent_id\":\"$id\",\"data\":{\"reconciles\":\"$id\",\"cost_usd\":0.5}}"
  in_zsh 'ledger-query --json | jq -c "[.summary, .data.cost_usd, (.data.reconciled_by | length)]"; ledger-query --count; ledger-query --raw | cmp - g/ledger/cls/*.jsonl; ledger-query --raw --count'
  assert_success
  assert_output '["done",0.5,1]
1
2'
  in_zsh 'ledger-query --follow --limit 1 | head -n 1 | jq -r .data.cost_usd & sleep 0.4; ledger-write cls info wo-1 test more; wait'
  assert_output 0.5
}
