setup() {
  load support
  make_root
  cat >"$BASE/script.json" <<'JSON'
{"responses": [
  {"action": "implement", "logs": ["on it"], "writes": {"out/a.txt": "done"}, "payload": {"n": 1}},
  {"action": "implement", "event": "error", "summary": "no luck"}
]}
JSON
}

# A command with the key ik:<64 times the digit>.
command_line() {
  local key
  key=$(printf "$1%.0s" {1..64})
  jq -cn --arg key "ik:$key" --arg action "${2:-implement}" '{schema_version: 1, kind: "command",
    id: "01a210cb-f265-7e7c-a8be-6976912b23ca", run: "run-20261125-100000-00000000", step: "a", agent: "builder",
    action: $action, task_id: "T-1", idempotency_key: $key, snapshot_id: "snap-000000000000", iteration: 1,
    attempt: 1, inputs: {}, expected_outputs: [], lease_id: "01a210cb-f265-7e7c-a8be-6976912b23ca", epoch: 1,
    deadline: "2026-11-25T10:00:00.000Z"}'
}

@test "it answers in order, does the work, and remembers keys" {
  command_line 1 >"$BASE/one"
  command_line 2 >"$BASE/two"
  apart 'cat $1/one $1/two | mock-agent --script $1/script.json --state $1/state' "$BASE"
  assert_success
  run jq -sr 'map(.kind + ":" + (.event // .message // "")) | join(" ")' <<<"$output"
  assert_output 'log:on it heartbeat: event:completed heartbeat: event:error'
  run cat out/a.txt
  assert_output done
  rm -r out
  apart 'mock-agent --script $1/script.json --state $1/state <$1/one' "$BASE"
  run jq -r .event <<<"$output"
  assert_output completed
  [ ! -e out ]
}

@test "what the script does not know is an error event; what is no command is refused" {
  command_line 1 review >"$BASE/one"
  apart 'mock-agent --script $1/script.json <$1/one' "$BASE"
  assert_success
  run jq -r '.event + ": " + .summary' <<<"$output"
  assert_output 'error: the script has no answer left for review'
  apart 'mock-agent --script $1/script.json <<<"{}"' "$BASE"
  assert_refused 65 'no command'
  apart 'mock-agent </dev/null'
  assert_refused 64 '--script'
  echo '{"responses":[{"action":"a","explode":true}]}' >"$BASE/bad.json"
  apart 'mock-agent --script $1/bad.json </dev/null' "$BASE"
  assert_refused 65 'explode'
}
