setup() {
  load support
  make_root
  export GIT_CONFIG_GLOBAL=/dev/null LEDGER_AGENT=andy
  git init -q -b main .
  git config user.name Me
  git config user.email me@example.org
  mkdir -p plans
}

# A workplan of tasks `id`, `id:priority` or `id:priority:dependencies`.
plan() {
  local task id priority waits
  printf -- '---\ntype: workplan\n---\n'
  for task in "$@"; do
    IFS=: read -r id priority waits <<<"$task"
    # shellcheck disable=SC2016
    printf '\n### Do %s\n\n```task\nid: %s\nstatus: todo\npriority: %s\ndepends_on: [%s]\n```\n' "$id" "$id" "${priority:-medium}" "$waits"
  done
}

commit_plan() {
  plan "$@" >plans/a.md
  git add plans
  git commit -q -m plan
}

@test "tasks are done by priority and dependencies, recorded, completed and written back" {
  commit_plan T-1:low T-2:high:T-3 T-3 T-4:critical:T-2
  in_zsh "ledger-work --once -- sh -c 'echo \$LEDGER_TASK_ID \$0 >>order' '{title}'"
  assert_success
  run cat order
  assert_output $'T-3 Do T-3\nT-2 Do T-2\nT-4 Do T-4\nT-1 Do T-1'
  run jq -r 'select(.source == "ledger-work") | [.event, .task_id, .data.status // "-"] | join(" ")' "$(day_file andy)"
  assert_line --index 0 'task_start T-3 -'
  assert_line --index 1 'task_result T-3 ok'
  in_zsh 'ledger-claim list; grep -c "status: done" plans/a.md; git status --porcelain -- plans; ledger-check --strict'
  assert_output '4'
  in_zsh 'ledger-status --json | jq -r ".agents[] | [.agent, .state, .last_task_id] | @tsv"'
  assert_output $'andy\tidle\tT-1'
  in_zsh 'ledger-work --once -- false'
  assert_success
  assert_output --partial 'nothing to do'
}

@test "a task that fails three times is left blocked, with the reason" {
  commit_plan T-1 T-2::T-1
  in_zsh "ledger-work --once --json -- sh -c 'exit 7' 2>/dev/null | jq -c '[.result // .summary, .reason]'"
  assert_output $'["failed","exit status 7"]\n["failed","exit status 7"]\n["blocked","exit status 7"]\n[{"failed":2,"blocked":1},null]'
  in_zsh 'ledger-work --once -- true'
  assert_success
  assert_output --partial '2 left: T-1 (blocked), T-2 (waits for T-1)'
  in_zsh 'grep -A1 "id: T-1" plans/a.md; ledger-claim history T-1'
  assert_line 'status: blocked'
  assert_line --partial 'exit status 7, attempt 3: it is left blocked'
  in_zsh 'ledger-write me reopen T-1 me "mended" && ledger-work --once -- true'
  assert_success
  assert_output --partial '2 done'
}

@test "asked to end, it releases what it holds and leaves no lease behind" {
  commit_plan T-1 T-2
  in_zsh "ledger-work -- sh -c ': >started; exec sleep 60' 2>messages & pid=\$!
    for i in {1..100}; do [[ -e started ]] && break; sleep 0.1; done
    kill -TERM \$pid; wait \$pid; print status \$?; ledger-claim list; cat messages"
  assert_line 'status 0'
  assert_line --partial 'T-1 interrupted after'
  refute_line --partial 'is held by'
  in_zsh 'ledger-work --once -- true && ledger-query --json --limit 99 | jq -c "select(.event == \"task_start\") | [.task_id, .data.attempt]"'
  assert_line '["T-1",1]'
  assert_line '["T-2",1]'
}

@test "a loop that was killed loses no task: it is taken over" {
  commit_plan T-1
  in_zsh "ledger-work --ttl 1s -- sh -c ': >started; exec sleep 5' & pid=\$!
    for i in {1..100}; do [[ -e started ]] && break; sleep 0.1; done
    kill -KILL \$pid; sleep 1.2; ledger-work --agent cls --once -- true; ledger-claim history T-1"
  assert_line --partial 'T-1 done'
  assert_line --partial 'auto-evict andy'
  assert_line --partial 'complete cls'
}

@test "the same agent twice in a worktree: the second one goes away" {
  commit_plan T-1
  apart "ledger-work -- sh -c ': >started; exec sleep 60' 2>/dev/null & pid=\$!
    for i in {1..100}; do [[ -e started ]] && break; sleep 0.1; done
    ledger-work --once -- true; s=\$?; kill \$pid; wait \$pid; exit \$s"
  assert_refused 2 'a ledger-work of andy is at work here'
}

@test "work orders move from pending over running to done or failed" {
  mkdir -p inbox/ANDY/pending
  printf 'WO-ID: wo-1\n# Clean up\npriority: low\n' >inbox/ANDY/pending/1.md
  printf '{"id": "wo-2", "title": "Build", "priority": "high"}' >inbox/ANDY/2.json
  printf 'id: wo-3\n' >inbox/ANDY/pending/3.yaml
  in_zsh "ledger-work --inbox inbox --once -- sh -c 'echo \$0 \$LEDGER_TASK_TITLE >>order; [ \$LEDGER_TASK_ID != wo-3 ]' '{file}'"
  assert_failure 1
  run sed "s,$ROOT/inbox/ANDY/,," order
  assert_line --index 0 'running/2.json Build'
  assert_line --index 2 'running/1.md Clean up'
  in_zsh 'cd inbox/ANDY && print -l */*(.)'
  assert_output $'done/1.md\ndone/2.json\nfailed/3.yaml'
}

@test "tasks from a command: ids, or objects" {
  printf '#!/bin/sh\necho A-1\necho \x27{"id": 2, "priority": "high", "depends_on": ["A-1"], "title": "Second"}\x27\necho \x27{"id":"A-3","assignee":"cls"}\x27\n' >list
  chmod +x list
  in_zsh "ledger-work --tasks './list --all' --once -- sh -c 'echo \$0 >>order' '{task} {title}'"
  assert_success
  run cat order
  assert_output $'A-1\n2 Second'
  apart 'ledger-work --tasks false --once -- true'
  assert_refused 65 'false gives no tasks'
}

@test "--max and --concurrency" {
  commit_plan T-1 T-2 T-3 T-4 T-5
  in_zsh "ledger-work --max 2 -- true"
  assert_output --partial '2 done'
  in_zsh "ledger-work --concurrency 3 --once -- sh -c 'mkdir \$0.on; sleep 0.4; ls -d *.on | wc -l >>seen; rmdir \$0.on' '{task}'; sort -n seen | tail -1 | tr -d ' '"
  assert_line '3'
}

@test "patterns, and words stay words" {
  mkdir -p plans/deep
  commit_plan T-1
  plan X-1 >plans/deep/x.md
  plan 'odd id; touch hacked' >plans/deep/y.md
  in_zsh "ledger-work --workplans 'plans/*/?.md' --once -- sh -c 'echo \"\$0\" >>order' '{task}'"
  assert_success
  run cat order
  assert_output $'X-1\nodd id; touch hacked'
  [ ! -e hacked ]
}

@test "wrong usage" {
  apart 'ledger-work --once'
  assert_refused 64 'a command is needed'
  apart 'env -u LEDGER_AGENT ledger-work -- true'
  assert_refused 64 'who works?'
  apart 'ledger-work --inbox . --tasks x -- true'
  assert_refused 64 'do not go together'
  apart 'ledger-work --concurrency 0 -- true'
  assert_refused 65 'is not a whole number from 1 to 64'
  apart 'ledger-work --poll soon -- true'
  assert_refused 65 'is not a duration'
  apart 'ledger-work --inbox nowhere -- true'
  assert_refused 4 'nowhere'
}
