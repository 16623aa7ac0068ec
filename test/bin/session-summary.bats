setup() {
  load support
  make_root
  SESSION="$(date +%Y-%m-%d)_cls_001"
  SUMMARY="$ROOT/memory/cls/sessions/$SESSION.md"
  FACTS='.tasks[] | [.task_id, .status, .duration_ms] | @tsv'
}

@test "the summary of a session is written, silently" {
  in_zsh 'ledger-write cls task_start T-1 test "Fix the | bug"
    ledger-write cls error T-1 test "tests failed" "{\"error\":\"exit 1\"}"
    ledger-write cls task_result T-1 test "Fixed" "{\"status\":\"success\",\"duration_ms\":83000}"
    session-summary "$1"' "$SESSION"
  assert_success
  assert_output ''
  run cat "$SUMMARY"
  assert_line "# Session $SESSION"
  assert_line '- **Total events:** 3 (1 task_start, 1 error, 1 task_result)'
  assert_line --regexp '^\| T-1 \| success \| 1m 23s \| [0-9:]{8} \| Fixed \|$'
  assert_line --regexp '^\| [0-9:]{8} \| task_start \| T-1 \| Fix the \\\| bug \|$'
}

@test "--json prints the facts and where the summary is" {
  in_zsh 'ledger-write cls task_result T-1 test Fixed "{\"status\":\"success\",\"duration_ms\":5}"
    session-summary "$1" --json | tee facts | jq -r "$2"; jq -r .path facts' "$SESSION" "$FACTS"
  assert_success
  assert_output "$(printf 'T-1\tsuccess\t5\n%s' "$SUMMARY")"
}

@test "--output writes a copy, or prints the summary, and leaves the summary itself alone" {
  in_zsh 'ledger-write cls info T-1 test one; print old > copy; session-summary "$1" --output copy' "$SESSION"
  assert_success
  assert_output ''
  run diff copy "$SUMMARY"
  assert_success
  in_zsh 'ledger-write cls info T-1 test two; session-summary "$1" --output - > printed; diff printed "$2"' "$SESSION" "$SUMMARY"
  assert_success
  echo 'my note' >>"$SUMMARY"
  ln -s "$ROOT/memory" elsewhere
  before=$(ls -i "$SUMMARY")
  in_zsh 'session-summary "$1" --output elsewhere/cls/sessions/"$1".md' "$SESSION"
  assert_success
  assert_equal "$(ls -i "$SUMMARY")" "$before"
  in_zsh 'session-summary "$1" --output no/such/directory' "$SESSION"
  assert_failure 74
  in_zsh 'session-summary "$1" --output - --json' "$SESSION"
  assert_failure 64
}

@test "what is written under Notes stays" {
  in_zsh 'ledger-write cls info T-1 test one; session-summary "$1"
    printf "## Mine\n\nno newline" >>"$2"
    ledger-write cls info T-1 test two; session-summary "$1"' "$SESSION" "$SUMMARY"
  assert_success
  assert_output ''
  run tail -n 3 "$SUMMARY"
  assert_output "$(printf '## Mine\n\nno newline')"
  run grep -c 'Total events:\*\* 2 ' "$SUMMARY"
  assert_output 1
}

@test "a file made by hand is kept whole" {
  mkdir -p "${SUMMARY%/*}"
  printf '# By hand\n' >"$SUMMARY"
  in_zsh 'ledger-write cls info T-1 test one; session-summary "$1"' "$SESSION"
  assert_success
  assert_output --partial 'its text is kept under Notes'
  run tail -n 1 "$SUMMARY"
  assert_output '# By hand'
}

@test "runs at once beside writers leave one whole summary with its notes" {
  in_zsh 'ledger-write cls info T-1 test first; session-summary "$1"; print -r "my note" >>"$2"
    for n in {1..8}; do
      { ledger-write cls info T-1 test "event $n"; session-summary "$1" } &
    done
    wait' "$SESSION" "$SUMMARY"
  assert_success
  assert_output ''
  run ls -A "${SUMMARY%/*}"
  assert_output "$SESSION.md"
  run grep -c -e 'Total events:\*\* 9 ' -e '^my note$' -e '^# Session' "$SUMMARY"
  assert_output 3
}

@test "a session that is not there is 4, no session id is 64, another text 65" {
  in_zsh 'session-summary "$1"' "$SESSION"
  assert_failure 4
  assert_output "session-summary: there is no session $SESSION in this ledger"
  in_zsh 'session-summary'
  assert_failure 64
  in_zsh "session-summary $SESSION $SESSION"
  assert_failure 64
  in_zsh 'session-summary ../../x'
  assert_failure 65
  [ ! -e "$ROOT/memory" ]
}

@test "a memory directory that leads out of the root is refused" {
  ln -s "$HOME" "$ROOT/memory"
  in_zsh 'ledger-write cls info T-1 test one; session-summary "$1"' "$SESSION"
  assert_failure 77
  run ls -A "$HOME"
  refute_output --partial cls
}

@test "a full disk leaves the summary as it was" {
  [ "$(uname)" = Linux ] || skip 'needs ulimit -f on a file'
  in_zsh 'ledger-write cls info T-1 test one; session-summary "$1"; print -r note >>"$2"
    repeat 30 ledger-write cls info T-1 test "another, to make it longer"' "$SESSION" "$SUMMARY"
  cp "$SUMMARY" "$BASE/before"
  in_zsh 'trap "" XFSZ; ulimit -f 1; session-summary "$1"' "$SESSION"
  assert_failure 74
  run diff "$SUMMARY" "$BASE/before"
  assert_success
  run ls -A "${SUMMARY%/*}"
  assert_output "$SESSION.md"
}
