setup() {
  load support
  make_root
  export GIT_CONFIG_GLOBAL=/dev/null
  git init --quiet --bare "$BASE/remote.git"
  for name in a b; do
    git init --quiet "$BASE/$name"
    git -C "$BASE/$name" remote add origin ../remote.git
    mkdir -p "$BASE/$name/g/ledger"
    cd "$BASE/$name" && ledger-sync --setup-ledger >/dev/null
  done
  cd "$BASE/a" || return
  export LEDGER_AGENT=cls
}

on() { cd "$BASE/$1" || return; }

@test "of two machines one gets the task, and the other is told who has it" {
  in_zsh 'ledger-claim T-1 --json'
  assert_success
  writer=$(jq -r .writer <<<"$output")
  on b
  apart 'ledger-claim T-1'
  assert_refused 1 "T-1 is held by cls ($writer, main)"
  apart 'ledger-claim T-1 --json'
  assert_failure 1
  [ "$(jq -r '.refused + " " + .holder.writer' <<<"$output")" = "held $writer" ]
  on a
  in_zsh 'ledger-claim release T-1 && cd ../b && ledger-claim T-1 --json | jq .epoch'
  assert_success
  assert_line 2
}

@test "what was completed on one machine is finished on the other" {
  in_zsh 'ledger-claim T-1 --quiet && ledger-claim complete T-1 --quiet'
  assert_success
  on b
  apart 'ledger-claim T-1'
  assert_refused 5 'T-1 is already completed; --reopen claims it again'
  in_zsh 'ledger-claim T-1 --reopen --json | jq .epoch'
  assert_output 2
}

@test "a claim is one commit that names it; all that is ours lies under refs/ledger" {
  in_zsh 'ledger-claim T-1 --quiet; git --git-dir ../remote.git log -1 --format=%B ledger'
  assert_line --index 0 'cls claims T-1 (epoch 1)'
  assert_line --regexp '^Ledger-Lease: [0-9a-f-]{36}$'
  in_zsh 'git for-each-ref --format="%(refname)" | grep -v ^refs/ledger/ | grep -v ^refs/remotes/'
  assert_output ''
  in_zsh 'git status --porcelain --untracked-files=no'
  assert_output ''
}

@test "the leases of other machines are listed, and evicted with a reason" {
  ledger-claim T-1 --quiet
  on b
  in_zsh 'ledger-claim T-1; ledger-claim list --json | jq -r "[.task_id, .state, .epoch] | @csv"'
  assert_line '"T-1","held",1'
  in_zsh 'ledger-claim evict T-1 --reason mine'
  assert_failure 1
  assert_output --partial -- '--force evicts it all the same'
  in_zsh 'ledger-claim evict T-1 --reason mine --force'
  assert_success
  assert_output 'T-1 is free'
  on a
  apart 'ledger-claim check T-1 --epoch 1'
  assert_success
  apart 'ledger-claim check T-1 --epoch 1 --remote'
  assert_failure 4
  apart 'ledger-claim renew T-1 --epoch 1'
  assert_refused 1 'no longer yours'
  in_zsh 'ledger-claim history T-1 | tail -n 1'
  assert_output --partial 'lost'
}

@test "offline a claim is provisional, is no ground for side effects, and is settled later" {
  mv "$BASE/remote.git" "$BASE/gone.git"
  apart 'ledger-claim T-1'
  assert_success
  [[ "$output" == *'epoch 1, provisionally: other machines could not be asked' ]]
  apart 'ledger-claim check T-1'
  assert_refused 75 'is held provisionally'
  apart 'LEDGER_SYNC_OFFLINE_MODE=fail ledger-claim T-2'
  assert_failure 75
  mv "$BASE/gone.git" "$BASE/remote.git"
  in_zsh 'ledger-sync && ledger-claim check T-1 --json | jq .provisional'
  assert_output null
  on b
  apart 'ledger-claim T-1'
  assert_refused 1 'T-1 is held by cls'
}

@test "a provisional claim is lost to who was faster on the branch" {
  in_zsh 'ledger-claim T-1 --offline'
  assert_success
  on b
  ledger-claim T-1 --quiet --agent-id andy
  on a
  apart 'ledger-claim heartbeat T-1'
  assert_failure 1
  [[ "$stderr" == *'T-1 is not yours: it is held by andy'* ]]
  in_zsh 'ledger-query --agent cls --json | jq -r .summary | tail -n 1'
  assert_output --partial 'lost T-1 (epoch 1) to andy: andy ('
}

@test "with auto_claim_push off, claims stay on this machine" {
  export LEDGER_SYNC_AUTO_CLAIM_PUSH=false
  in_zsh 'ledger-claim T-1 --quiet && git --git-dir ../remote.git log --format=%s ledger | grep -c claims'
  assert_output 0
}

@test "on a remote that was rewound nothing is claimed" {
  ledger-claim T-1 --quiet
  git --git-dir "$BASE/remote.git" update-ref refs/heads/ledger ledger~1
  on b
  # It has seen nothing of what was lost.
  in_zsh 'ledger-claim T-1 --json | jq .epoch'
  assert_output 1
  on a
  apart 'ledger-claim T-2'
  assert_refused 6 'it was rewound or replaced'
  apart 'ledger-claim check T-2 --epoch 1'
  assert_failure 4
  apart 'ledger-claim check T-1 --epoch 1 --remote'
  assert_refused 6 'it was rewound or replaced'
  in_zsh 'git --git-dir ../remote.git ls-tree -r --name-only ledger | grep -c "^claims/[0-9a-f][0-9a-f]/"'
  assert_output 1
}

@test "ledger-sync settles what a claim that was cut off left open" {
  intent=.git/agent-ledger/sync/intent.json
  cat >"$BASE/git" <<END
#!/bin/sh
for word; do case \$word in push) is_push=1 ;; esac; done
[ -n "\$is_push" ] || exec $(command -v git) "\$@"
$(command -v git) "\$@"
kill -KILL \$PPID
END
  chmod +x "$BASE/git"
  mkdir "$BASE/wrapper" && mv "$BASE/git" "$BASE/wrapper/git"
  run env PATH="$BASE/wrapper:$PATH" ledger-claim T-1
  assert_failure 137
  [ -f "$intent" ]
  in_zsh 'ledger-claim check T-1'
  assert_failure 4
  in_zsh 'ledger-sync'
  assert_success
  [ ! -f "$intent" ]
  in_zsh 'ledger-claim check T-1 --json | jq .epoch'
  assert_output 1
}

@test "ledger-status shows who holds what on other machines" {
  ledger-write cls task_start T-1 test 'Make it work' --status
  ledger-claim T-1 --quiet
  ledger-claim T-2 --agent-id andy --quiet
  in_zsh 'ledger-sync'
  on b
  in_zsh 'ledger-sync && ledger-status --json | jq -c "[.agents[] | [.agent, .is_ours, .state, [.claims[] | [.task_id, .epoch, .is_over]]]]"'
  assert_output '[["andy",false,null,[["T-2",1,false]]],["cls",false,"busy",[["T-1",1,false]]]]'
  in_zsh 'ledger-status cls'
  assert_line --partial 'holds T-1 until'
  refute_line --partial 'T-2'
}

@test "the history of a task tells what other machines did, and in whose log it is" {
  in_zsh 'ledger-claim T-1 --json'
  writer=$(jq -r .writer <<<"$output")
  in_zsh 'ledger-claim release T-1 && ledger-sync'
  assert_success
  in_zsh 'git --git-dir ../remote.git ls-tree -r --name-only ledger claims/log/'
  assert_output "claims/log/$(date +%F).$writer.jsonl"
  on b
  in_zsh 'ledger-claim T-1 --quiet && ledger-sync && ledger-claim history T-1 --json | jq -c "[.op, .epoch, .log]"'
  assert_output "$(printf '["acquire",1,"%s"]\n["release",1,"%s"]\n["acquire",2,null]' "$writer" "$writer")"
  in_zsh 'ledger-claim history T-1 | head -n 1'
  assert_output --partial "[log of $writer]"
  # Nothing is sent twice.
  in_zsh 'ledger-sync && git --git-dir ../remote.git rev-parse ledger && ledger-sync && git --git-dir ../remote.git rev-parse ledger'
  [ "${lines[0]}" = "${lines[1]}" ]
}
