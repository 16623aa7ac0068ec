# Two clones of one remote stand for two machines, each with a loop of its own.
setup() {
  load support
  make_root
  export GIT_CONFIG_GLOBAL="$BASE/gitconfig"
  git config --file "$GIT_CONFIG_GLOBAL" user.name Me
  git config --file "$GIT_CONFIG_GLOBAL" user.email me@example.org
  git init --quiet --bare -b main "$BASE/remote.git"
  git init --quiet -b main "$BASE/a"
  cd "$BASE/a" || return
  plan T-1 T-2 T-3:T-1 T-4:T-2 T-5:T-3,T-4 T-6:T-1 >plan.md
  git add plan.md
  git commit --quiet -m plan
  git remote add origin ../remote.git
  git push --quiet -u origin main
  git clone --quiet "$BASE/remote.git" "$BASE/b"
  for name in a b; do
    mkdir -p "$BASE/$name/g/ledger"
    printf '/g/\n/agents/\n/memory/\n' >>"$BASE/$name/.git/info/exclude"
    cd "$BASE/$name" && ledger-sync --setup-ledger >/dev/null
  done
  cd "$BASE/a" || return
}

teardown() {
  local pid
  for pid in $(jobs -p); do kill -KILL "$pid" 2>/dev/null || true; done
}

# A workplan of tasks `id` or `id:dependencies`.
plan() {
  local task id waits
  printf -- '---\ntype: workplan\n---\n'
  for task in "$@"; do
    IFS=: read -r id waits <<<"$task"
    # shellcheck disable=SC2016
    printf '\n```task\nid: %s\nstatus: todo\ndepends_on: [%s]\n```\n' "$id" "$waits"
  done
}

# A loop on a machine, in the background, that notes in one file what it ran.
work_on() {
  (cd "$BASE/$1" && exec ledger-work --agent "$2" --poll 100ms -- sh -c 'echo "$LEDGER_TASK_ID $1" >>"$0"; sleep 0.1' "$BASE/ran" "$1") 3>&- 2>"$BASE/$1.said" &
}

# Waits until so many commands have run.
until_ran() {
  for _ in $(seq 300); do
    [[ $(grep -c . "$BASE/ran" 2>/dev/null) == "$1" ]] && return
    sleep 0.1
  done
  fail "not $1 but $(cat "$BASE/ran")"
}

@test "two machines work one plan off together: each task is done once, in its order, and no lease is left" {
  work_on a andy
  first=$!
  work_on b hybrid
  second=$!
  until_ran 6
  sleep 0.5
  kill -TERM "$first" "$second"
  wait "$first"
  wait "$second"
  cut -d' ' -f1 "$BASE/ran" >"$BASE/tasks"
  run sort "$BASE/tasks"
  assert_output "$(printf 'T-%s\n' 1 2 3 4 5 6)"
  for pair in 'T-1 T-3' 'T-2 T-4' 'T-3 T-5' 'T-4 T-5' 'T-1 T-6'; do
    [ "$(grep -nx "${pair% *}" "$BASE/tasks" | cut -d: -f1)" -lt "$(grep -nx "${pair#* }" "$BASE/tasks" | cut -d: -f1)" ]
  done
  # The loops have told each other everything.
  in_zsh 'ledger-sync --pull-only; ledger-claim list; ledger-query --json --event task_result | jq -r .task_id | sort'
  assert_output "$(printf 'T-%s\n' 1 2 3 4 5 6)"
  on b
  in_zsh 'ledger-sync --pull-only; ledger-claim list; ledger-query --json --event task_result | grep -c .'
  assert_output 6
}

on() { cd "$BASE/$1" || return; }

@test "without the network the loop goes on with provisional claims, says so once, and tells others later" {
  mv "$BASE/remote.git" "$BASE/away"
  apart 'ledger-work --agent andy --once -- true'
  assert_success
  assert_equal "$(grep -c 'not exchanged' <<<"$stderr")" 1
  [[ $stderr == *'other machines will learn of the last tasks with the next ledger-sync'*'6 done'* ]]
  mv "$BASE/away" "$BASE/remote.git"
  in_zsh 'ledger-sync && cd ../b && ledger-sync && ledger-query --json --event task_result | grep -c . && ledger-work --agent hybrid --once -- false'
  assert_success
  assert_line 6
  assert_output --partial 'nothing to do'
}

@test "where claims must not be provisional, nothing runs without the network, and the loop waits for it" {
  export LEDGER_SYNC_OFFLINE_MODE=fail
  mv "$BASE/remote.git" "$BASE/away"
  apart 'ledger-work --agent andy --once -- sh -c "echo \$LEDGER_TASK_ID >>../ran"'
  assert_failure 75
  assert [ ! -e "$BASE/ran" ]
  work_on a andy
  loop=$!
  sleep 0.6
  assert [ ! -e "$BASE/ran" ]
  mv "$BASE/away" "$BASE/remote.git"
  until_ran 6
  kill -TERM "$loop"
  wait "$loop"
  run grep -c 'no task can be claimed now' "$BASE/a.said"
  assert_output 1
  run grep -c . "$BASE/ran"
  assert_output 6
}

@test "a task that another machine holds is in progress, for ledger-check and for the loop" {
  ledger-claim T-1 --agent-id cls --ttl 1h --quiet
  on b
  in_zsh 'ledger-sync; ledger-check'
  assert_failure 1
  assert_line --regexp '^plan.md:[0-9]+: C-13 WARN: T-1 is todo here, in_progress in the ledger \(cls'
  in_zsh 'ledger-work --agent hybrid --once -- true'
  assert_success
  assert_output --partial '4 left: T-1 (in_progress), T-3 (waits for T-1)'
  on a
  ledger-claim release T-1 --agent-id cls --quiet
  on b
  in_zsh 'ledger-sync; ledger-check'
  refute_output --partial 'T-1 is'
}

@test "a loop that waits hears what another machine has done, and one that ends has told the others" {
  ledger-claim T-1 --agent-id cls --quiet
  work_on b hybrid
  loop=$!
  until_ran 2
  sleep 0.5
  ledger-claim complete T-1 --agent-id cls --quiet
  ledger-sync
  until_ran 5
  kill -TERM "$loop"
  wait "$loop"
  on a
  plan T-7 >more.md
  in_zsh 'ledger-work --agent andy --workplans more.md --max 1 -- true && cd ../b && ledger-sync --pull-only && ledger-query --task T-7 --json | jq -r .event'
  assert_success
  assert_line task_result
}
