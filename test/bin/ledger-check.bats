setup() {
  load support
  make_root
  export GIT_CONFIG_GLOBAL=/dev/null
  git init -q -b main .
  git config user.name Me
  git config user.email me@example.org
  mkdir -p plans
  plan WP-1-T01:todo WP-1-T02:done >plans/wp-1.md
  git add plans
  git commit -q -m plans
}

# The text of a workplan with tasks `id:status`.
plan() {
  local task
  printf -- '---\ntype: workplan\n---\n'
  for task in "$@"; do
    # shellcheck disable=SC2016
    printf '\n```task\nid: %s\nstatus: %s\npriority: high\n```\n' "${task%:*}" "${task#*:}"
  done
}

@test "a report names drift, exits 1 and writes nothing" {
  in_zsh 'ledger-write cls task_result WP-1-T01 me "done" && git rev-parse HEAD >before'
  apart 'ledger-check'
  assert_failure 1
  assert_line --index 0 --regexp '^plans/wp-1.md:7: C-13 WARN: WP-1-T01 is todo here, done in the ledger \(cls, .*\); regression prevented$'
  assert_line --index 1 'plans/wp-1.md:13: C-10 WARN: WP-1-T02 is done here, and the ledger does not know it'
  [[ $stderr == 'ledger-check: 1 workplan, 2 tasks: 0 errors, 2 warnings' ]]
  in_zsh 'git status --porcelain -- plans; git rev-parse HEAD | cmp - before'
  assert_success
  assert_output ''
}

@test "--fix mends both ways; a second run finds nothing" {
  in_zsh 'ledger-write cls task_result WP-1-T01 me "done"; ledger-check --fix'
  assert_success
  assert_output --partial '; written back'
  assert_output --partial '; recorded in the ledger'
  in_zsh 'git show --format=%s --unified=0 HEAD | grep -E "^(chore|[-+]status)"'
  assert_output $'chore(consistency): sync task status from ledger [auto]\n-status: todo\n+status: done'
  run jq -c '[.agent, .event, .task_id, .data.task_status]' "$(day_file check)"
  assert_output '["check","info","WP-1-T02","done"]'
  in_zsh 'ledger-check --fix --strict && git rev-list --count HEAD'
  assert_success
  assert_output '2'
}

@test "findings as JSON, for one file or a directory" {
  plan X-1:todo X-1:completed >plans/x.md
  git add plans && git commit -q -m x
  in_zsh 'ledger-check plans/x.md --json 2>/dev/null | jq -c "[.path, .line, .code, .severity, .task]"'
  assert_output '["plans/x.md",11,"C-17","ERROR","X-1"]'
  in_zsh 'cd plans && ledger-check . --json 2>/dev/null | jq -r "[.path, .code, .is_drift] | @csv"'
  assert_output $'"wp-1.md","C-11",\n"wp-1.md","C-10",true\n"x.md","C-17",'
}

@test "warnings fail only with --strict" {
  git rm -q plans/wp-1.md && git commit -q -m gone
  in_zsh 'ledger-check'
  assert_success
  assert_line --regexp '^\.:1: C-01 WARN: '
  in_zsh 'ledger-check --strict'
  assert_failure 1
}

@test "--no-writeback records, and leaves the files" {
  in_zsh 'ledger-write cls error WP-1-T01 me "stuck"; LEDGER_AGENT=andy ledger-check --fix --no-writeback'
  assert_success
  in_zsh 'git status --porcelain -- plans; git rev-list --count HEAD; grep -c T02 g/ledger/andy/*'
  assert_output $'1\n1'
}

@test "--remote pulls first; where that fails nothing is fixed" {
  in_zsh 'git clone -q --bare . ../remote.git && git remote add origin ../remote.git && git fetch -q && git branch -q -u origin/main
    git clone -q ../remote.git ../other && cd ../other && git config user.name Other && git config user.email o@example.org
    git commit -q --allow-empty -m theirs && git push -q'
  in_zsh 'ledger-check --fix'
  assert_failure 1
  assert_line --partial 'C-14 WARN: 1 commit behind its upstream; pull before fixing'
  in_zsh 'ledger-check --fix --remote && git log --format=%s -2'
  assert_success
  assert_line 'theirs'
  in_zsh 'git remote set-url origin ../nowhere.git; ledger-write cls task_result WP-1-T01 me "done"; ledger-check --fix --remote'
  assert_failure 1
  assert_line --partial 'C-14 WARN: its upstream cannot be reached, so nothing was pulled'
  in_zsh 'grep -c "status: todo" plans/wp-1.md'
  assert_output '1'
}

@test "wrong usage, a missing path, no root" {
  apart 'ledger-check --no-writeback'
  assert_refused 64 '--no-writeback goes with --fix'
  apart 'ledger-check no/such.md'
  assert_refused 4 'no/such.md'
  apart 'cd /; ledger-check'
  assert_refused 3 'ledger-init'
  apart 'ledger-check --fix --agent-id "No Name"'
  assert_refused 65 'is not an agent'
}

@test "--watch tells of changes until it is ended" {
  in_zsh ': >watched; ledger-check --watch >>watched 2>/dev/null & pid=$!
    for i in {1..100}; do grep -q C-11 watched && break; sleep 0.1; done
    ledger-write cls task_result WP-1-T01 me "done"
    for i in {1..100}; do grep -q C-13 watched && break; sleep 0.1; done
    kill $pid; wait $pid; print status $?; grep -o "C-1[13]" watched | sort -u'
  assert_output $'status 0\nC-11\nC-13'
}
