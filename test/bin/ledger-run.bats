setup() {
  load support
  make_root
  git init -q .
  printf 'one\n' >a.txt
}

# A plan of plain steps: each is a shell command that notes its name.
write_plan() { printf '%s\n' "$1" >"$BASE/plan.json"; }

TWO_STEPS='{"task_id": "T-1", "steps": [
  {"id": "second", "agent": "cls", "action": "b", "needs": ["first"], "command": ["sh", "-c", "echo second >>../effects"]},
  {"id": "first", "agent": "andy", "action": "a", "command": ["sh", "-c", "echo first >>../effects"]}]}'

last_run() { basename "$(ls -d .git/agent-ledger/runs/run-* | tail -n 1)"; }

@test "a plan runs in the order of its needs, claims its task, and is told" {
  write_plan "$TWO_STEPS"
  apart 'ledger-run --plan ../plan.json'
  assert_success
  assert_equal "$stderr" ''
  assert_line --index 1 --regexp '^first \(andy\): done'
  assert_line --index 2 --regexp '^second \(cls\): done'
  assert_line --index 3 --regexp 'completed$'
  run cat ../effects
  assert_output $'first\nsecond'
  run jq -r '.event + " " + .summary' "$(day_file andy)"
  assert_output $'task_start first\ntask_result first is done'
  apart 'ledger-run --plan ../plan.json'
  assert_refused 5 'completed'
  in_zsh 'ledger-run verify $1 && ledger-validate --chain' "$(last_run)"
  assert_success
}

@test "a plain command finds what is asked of it in its environment and on standard input" {
  write_plan '{"task_id": "T-1", "steps": [{"id": "a", "agent": "cls", "action": "look", "inputs": {"x": "é"},
    "command": ["sh", "-c", "cat >../asked; env | grep ^LEDGER_ >../env"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet'
  assert_success
  assert_output ''
  run jq -r '[.kind, .action, .inputs.x, .iteration] | @csv' ../asked
  assert_output '"command","look","é",1'
  run grep -c -E '^LEDGER_(IDEMPOTENCY_KEY=ik:|EPOCH=1|ROOT=/|STEP=a|TASK_ID=T-1)' ../env
  assert_output 5
}

@test "a failed step fails the run; resume tries it again and does nothing twice" {
  write_plan '{"task_id": "T-1", "steps": [
    {"id": "a", "agent": "cls", "action": "a", "command": ["sh", "-c", "echo a >>../effects"]},
    {"id": "b", "agent": "cls", "action": "b", "retries": 1, "needs": ["a"],
     "command": ["sh", "-c", "echo b >>../effects; echo why >&2; test -e ../go"]}]}'
  apart 'ledger-run --plan ../plan.json --quiet'
  assert_failure 1
  [[ $stderr == *'failed; go on with "ledger-run resume run-'* ]]
  run cat ../effects
  assert_output $'a\nb\nb'
  in_zsh 'ledger-run show $1' "$(last_run)"
  assert_output --partial 'b failed: exit status 1'
  touch ../go
  in_zsh 'ledger-run resume $1 --quiet' "$(last_run)"
  assert_success
  run cat ../effects
  assert_output $'a\nb\nb\nb'
  apart 'ledger-run resume $1' "$(last_run)"
  assert_refused 5 'completed already'
  in_zsh 'ledger-claim check T-1'
  assert_failure 5
}

@test "a run that is killed goes on where it was; a second run of its task is refused" {
  write_plan '{"task_id": "T-1", "steps": [
    {"id": "a", "agent": "cls", "action": "a", "command": ["sh", "-c", "echo a >>../effects"]},
    {"id": "b", "agent": "cls", "action": "b", "needs": ["a"], "command": ["sh", "-c", "test -e ../go || kill -KILL $PPID"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet; (( $? == 137 ))'
  assert_success
  apart 'ledger-run --plan ../plan.json'
  assert_refused 1 'is not finished'
  in_zsh 'ledger-run list'
  assert_output --partial 'interrupted  1/2 steps'
  touch ../go
  in_zsh 'ledger-run resume $1' "$(last_run)"
  assert_success
  assert_line --index 1 --partial 'b (cls): done'
  run cat ../effects
  assert_output a
}

@test "an altered receipt, a changed tree, an edited plan" {
  write_plan '{"task_id": "T-1", "steps": [
    {"id": "a", "agent": "cls", "action": "a", "command": ["sh", "-c", "echo a >>../effects"]},
    {"id": "b", "agent": "cls", "action": "b", "needs": ["a"], "command": ["sh", "-c", "test -e ../go"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet'
  assert_failure 1
  local run
  run=$(last_run)
  echo two >a.txt
  apart 'ledger-run resume $1 --strict-snapshot' "$run"
  assert_refused 1 '1 files (~ a.txt) changed'
  jq -c '.outcome = "done" | .epoch = 7' ".git/agent-ledger/runs/$run/receipts/a-1.json" >"$BASE/forged"
  cp "$BASE/forged" ".git/agent-ledger/runs/$run/receipts/a-1.json"
  in_zsh 'ledger-run verify $1' "$run"
  assert_failure 1
  assert_output 'receipt a: its receipt is not the one that was made'
  touch ../go
  apart 'ledger-run resume $1 --quiet' "$run"
  assert_success
  [[ $stderr == *'a is done again: its receipt is not the one that was made'* ]]
  run cat ../effects
  assert_output $'a\na'
  in_zsh 'ledger-run verify $1' "$run"
  assert_success
}

@test "the recorded plan holds" {
  write_plan '{"task_id": "T-1", "steps": [{"id": "a", "agent": "cls", "action": "a", "command": ["test", "-e", "../go"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet'
  assert_failure 1
  touch ../go
  sed -i.bak 's/"action": "a"/"action": "b"/' ../plan.json
  apart 'ledger-run resume $1 --plan ../plan.json' "$(last_run)"
  assert_refused 65 'the recorded plan holds'
  cp ".git/agent-ledger/runs/$(last_run)/plan.json" "$BASE/recorded"
  sed -i.bak 's/"action": "a"/"action": "b"/' ".git/agent-ledger/runs/$(last_run)/plan.json"
  apart 'ledger-run resume $1' "$(last_run)"
  assert_refused 65 'was edited after the start'
  cp "$BASE/recorded" ".git/agent-ledger/runs/$(last_run)/plan.json"
  in_zsh 'ledger-run resume $1 --quiet' "$(last_run)"
  assert_success
}

@test "YAML plans, and plans that cannot be run" {
  printf 'task_id: T-1\nsteps:\n  - {id: a, agent: cls, action: a, command: ["true"]}\n' >"$BASE/plan.yaml"
  in_zsh 'ledger-run --plan ../plan.yaml --quiet && ledger-run --plan - --task T-2 --quiet <../plan.yaml'
  assert_success
  printf 'steps: [\n' >"$BASE/plan.yaml"
  apart 'ledger-run --plan ../plan.yaml'
  assert_refused 65 'is not YAML'
  write_plan '{"task_id": "T-3", "steps": [
    {"id": "a", "agent": "cls", "action": "a", "command": ["true"], "needs": ["c"]},
    {"id": "b", "agent": "cls", "action": "a", "command": ["true"], "needs": ["a"]},
    {"id": "c", "agent": "cls", "action": "a", "command": ["true"], "needs": ["b"]}]}'
  apart 'ledger-run --plan ../plan.json'
  assert_refused 65 'a → b → c → a'
  apart 'ledger-run --task T-4'
  assert_refused 65 'runs.agents.builder'
  apart 'ledger-run'
  assert_refused 64 'give --task, or --plan'
  apart 'ledger-run resume run-20261125-100000-00000000'
  assert_refused 4 'there is no run'
  apart 'ledger-run list'
  assert_success
  assert_equal "${#lines[@]}" 2
}

@test "the default stages with a review loop, by agents that speak NDJSON and crash" {
  cat >"$BASE/script.json" <<'JSON'
{"responses": [
  {"action": "implement", "match": {"iteration": 1}, "writes": {"src/a.txt": "1"}, "artifacts": ["src/a.txt"]},
  {"action": "review", "event": "review.changes_requested", "summary": "rename it", "duplicate": true, "garbage": true},
  {"action": "implement", "match": {"inputs": {"feedback": {"step": "review", "summary": "rename it"}}},
   "crash_before": 1, "crash_after": 1, "torn": 1, "writes": {"src/a.txt": "2"}, "artifacts": ["src/a.txt"]},
  {"action": "review", "event": "review.approved"},
  {"action": "update_spec", "event": "spec.no_changes_needed"}]}
JSON
  export LEDGER_RUNS_BACKOFF_S=0.01 LEDGER_RUNS_AGENTS
  LEDGER_RUNS_AGENTS=$(jq -cn '["builder","reviewer","spec_maintainer"] | map({key: ., value: {protocol: "ndjson",
    command: ["mock-agent", "--script", "../script.json", "--state", "../state"]}}) | from_entries')
  apart 'ledger-run --task T-1 --json'
  assert_success
  run jq -r 'select(.op == "result") | "\(.step) \(.iteration) \(.outcome)"' <<<"$output"
  assert_output $'implement 1 done\nreview 1 changes_requested\nimplement 2 done\nreview 2 done\nspec_maintain 1 done'
  run jq -r 'select(.note == "done") | .key' ../state
  assert_equal "$(sort -u <<<"$output" | wc -l)" "$(wc -l <../state | xargs -I{} echo 5)"
  assert_equal "${#lines[@]}" 5
  in_zsh 'ledger-run verify $1; cat src/a.txt' "$(last_run)"
  assert_output 2
}

@test "abort ends a run and frees its task" {
  write_plan '{"task_id": "T-1", "steps": [{"id": "a", "agent": "cls", "action": "a", "command": ["false"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet'
  assert_failure 1
  in_zsh 'ledger-run abort $1 --reason "no longer wanted"' "$(last_run)"
  assert_success
  assert_output "$(last_run) is aborted"
  apart 'ledger-run resume $1' "$(last_run)"
  assert_refused 5 'aborted already'
  in_zsh 'ledger-claim T-1 --agent-id cls --quiet'
  assert_success
  apart 'ledger-run --plan ../plan.json'
  assert_refused 1 'T-1 is held by cls'
}

@test "one process at a time drives a run; Ctrl-C leaves it to be resumed" {
  write_plan '{"task_id": "T-1", "steps": [{"id": "a", "agent": "cls", "action": "a",
    "command": ["sh", "-c", ": >../begun; test -e ../go || sleep 30"]}]}'
  in_zsh 'ledger-run --plan ../plan.json --quiet & pid=$!
    repeat 100; do [[ -e ../begun ]] && break; sleep 0.05; done
    run=$(ledger-run list | cut -d" " -f1)
    ledger-run resume $run; print "status $?"
    ledger-run abort $run; print "status $?"
    kill -TERM $pid; wait $pid; print "ended $?"'
  assert_line --partial 'is driven by another process'
  assert_line 'status 2'
  refute_line 'status 0'
  assert_line 'ended 130'
  touch ../go
  in_zsh 'ledger-run resume $1 --quiet' "$(last_run)"
  assert_success
}

@test "a lease that is lost between two steps: no further step begins" {
  write_plan '{"task_id": "T-1", "steps": [
    {"id": "a", "agent": "cls", "action": "a", "command": ["sh", "-c",
      "ledger-claim evict T-1 --force --reason test --agent-id boss --quiet"]},
    {"id": "b", "agent": "cls", "action": "b", "needs": ["a"], "command": ["sh", "-c", "echo b >>../effects"]}]}'
  apart 'ledger-run --plan ../plan.json --quiet'
  assert_failure 1
  [[ $stderr == *'its lease is lost; go on with'* ]]
  [ ! -e ../effects ]
  in_zsh 'ledger-claim T-1 --agent-id cls --quiet; ledger-run resume $1' "$(last_run)"
  assert_failure 1
  assert_output --partial 'T-1 is held by cls'
  in_zsh 'ledger-claim release T-1 --agent-id cls --quiet; ledger-run resume $1 --json | jq -r "select(.epoch) | .epoch"' "$(last_run)"
  assert_output 3
}
