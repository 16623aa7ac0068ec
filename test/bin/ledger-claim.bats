setup() {
  load support
  make_root
  export LEDGER_AGENT=cls
}

@test "a task is claimed once; the other agent is told who holds it" {
  in_zsh 'ledger-claim T-1'
  assert_success
  assert_output --regexp '^T-1 is held by cls \(.*, main\) since .* until .*, epoch 1$'
  in_zsh 'LEDGER_AGENT=andy ledger-claim acquire T-1'
  assert_failure 1
  assert_output --regexp '^ledger-claim: T-1 is held by cls .* since .* until '
  in_zsh 'ledger-claim T-1 --agent-id andy --json 2>/dev/null'
  assert_failure 1
  run jq -r '[.refused, .holder.agent, (.retry_after_s > 500)] | @csv' <<<"$output"
  assert_output '"held","cls",true'
}

@test "the life of a claim: renew, heartbeat, check, release, complete, reopen" {
  in_zsh 'ledger-claim T-1 --ttl 90s --json'
  run jq -c '[.task_id, .epoch, .agent, .ttl_s]' <<<"$output"
  assert_output '["T-1",1,"cls",90]'
  in_zsh 'ledger-claim renew T-1 --ttl 2h --quiet && ledger-claim heartbeat T-1 -- && ledger-claim check T-1 --epoch 1 --quiet'
  assert_success
  in_zsh 'ledger-claim check T-1 --epoch 2'
  assert_failure 1
  in_zsh 'ledger-claim release T-1'
  assert_output 'T-1 is released'
  in_zsh 'ledger-claim release T-1'
  assert_failure 4
  in_zsh 'ledger-claim T-1 --quiet; ledger-claim complete T-1'
  assert_output 'T-1 is completed'
  in_zsh 'ledger-claim T-1'
  assert_failure 5
  in_zsh 'ledger-claim T-1 --reopen --json'
  assert_success
  assert_output --partial '"epoch":3'
}

@test "the story is in the agent's ledger" {
  in_zsh 'ledger-claim T-1 --ttl 1s --quiet; sleep 1.1; ledger-claim T-1 --agent-id andy --quiet; ledger-claim complete T-1 --agent-id andy --quiet'
  assert_success
  run jq -rs 'map(.summary | sub(" until.*| \\(.*"; "")) | join(" / ")' "$(day_file cls)"
  assert_output 'claimed T-1 / lost T-1'
  run jq -rs 'map(.data.claim.op) | join(" / ")' "$(day_file andy)"
  assert_output 'acquire / complete'
}

@test "run holds the task while the command runs and passes on its exit status" {
  in_zsh 'ledger-claim run T-1 -- sh -c "echo \$LEDGER_TASK_ID \$LEDGER_EPOCH; ledger-claim check \$LEDGER_TASK_ID --quiet && echo mine; exit 7"'
  assert_failure 7
  assert_output $'T-1 1\nmine'
  in_zsh 'ledger-claim list'
  assert_output ''
  in_zsh 'ledger-claim run T-1 -- true; ledger-claim T-1'
  assert_failure 5
  in_zsh 'ledger-claim run T-2 --release -- true; ledger-claim T-2'
  assert_success
  in_zsh 'ledger-claim run T-3 -- no-such-command; (( $? == 127 ))'
  assert_success
  in_zsh 'ledger-claim run T-4 -- sh -c "kill -TERM \$\$"'
  assert_failure 143
}

@test "run keeps the lease alive beyond its term, and stops the command when it is lost" {
  in_zsh 'ledger-claim run T-1 --ttl 1s -- sh -c "sleep 2.5; ledger-claim check T-1 --quiet"'
  assert_success
  in_zsh 'ledger-claim run T-2 --ttl 1s -- sleep 20 & sleep 0.5
    ledger-claim evict T-2 --force --reason stuck --agent-id boss --quiet; wait $!'
  assert_failure 1
  assert_output --partial 'stopping the command'
}

@test "an ended lease is taken over, and the late owner is refused everywhere" {
  in_zsh 'ledger-claim T-1 --ttl 1s --quiet; sleep 1.1; ledger-claim T-1 --agent-id andy --quiet'
  assert_success
  for verb in renew heartbeat release complete check; do
    in_zsh "ledger-claim $verb T-1 --epoch 1"
    assert_failure 1
    assert_output --partial 'andy'
  done
  in_zsh 'ledger-claim history T-1'
  assert_line --index 1 --partial 'auto-evict cls'
}

@test "--wait waits for the task to be free" {
  in_zsh 'ledger-claim T-1 --quiet; { sleep 0.6; ledger-claim release T-1 --quiet } & ledger-claim T-1 --agent-id andy --wait 10s --quiet'
  assert_success
  in_zsh 'ledger-claim T-1 --wait 300ms'
  assert_failure 1
}

@test "a lease whose worktree is gone is stale and needs no force" {
  git init -q "$BASE/repo" && git -C "$BASE/repo" -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m first
  mkdir -p "$BASE/repo/g/ledger" && git -C "$BASE/repo" worktree add -q "$BASE/linked"
  cd "$BASE/linked"
  in_zsh 'ledger-claim T-1 --json'
  run jq -r .worktree <<<"$output"
  assert_output linked
  cd "$BASE/repo"
  in_zsh 'ledger-claim T-1'
  assert_failure 1
  mv "$BASE/linked" "$BASE/moved"
  in_zsh 'ledger-claim stale'
  assert_output --partial 'its worktree is gone'
  in_zsh 'ledger-claim T-1 --json'
  assert_success
  assert_output --partial '"epoch":2'
}

@test "whitespace and normal forms are one task; slashes and dashes are fine" {
  in_zsh 'ledger-claim $'\''caf\u00e9'\'' --quiet && ledger-claim $'\''  cafe\u0301 '\'' --agent-id andy'
  assert_failure 1
  in_zsh 'ledger-claim acquire -- -rf/../x --quiet'
  in_zsh 'ledger-claim acquire a/b/../c --quiet && ledger-claim -- --help'
  assert_success
}

@test "bad input: one clear line each, and nothing claimed" {
  local long
  long=$(printf 'x%.0s' {1..201})
  refused() {
    in_zsh "$2"
    assert_failure "$1"
    assert_line --index 0 --regexp '^ledger-claim: [^ ].*'
  }
  refused 65 "ledger-claim \$'a\\tb'"
  refused 65 "ledger-claim $long"
  refused 64 'ledger-claim T-1 --ttl 0'
  refused 65 'ledger-claim T-1 --ttl 18446744073709551615'
  refused 65 'ledger-claim T-1 --ttl -5m'
  refused 65 'ledger-claim T-1 --ttl soon'
  refused 65 'ledger-claim T-1 --agent-id ../x'
  refused 64 'unset LEDGER_AGENT; ledger-claim T-1'
  refused 64 'ledger-claim'
  refused 64 'ledger-claim evict T-1'
  refused 64 'ledger-claim T-1 T-2'
  refused 4 'ledger-claim release T-1 --lease 01a210cb-f265-7e7c-a8be-6976912b23ca'
  refused 65 'ledger-claim check T-1 --epoch one'
  in_zsh 'ledger-claim list'
  assert_output ''
}
