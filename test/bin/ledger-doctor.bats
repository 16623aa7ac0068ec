bats_require_minimum_version 1.5.0

setup() {
  load support
  make_root
  rm -r "$ROOT/g"
  git init -q .
  ledger-init >/dev/null
}

codes() { jq -r '[.findings[].code] | join(" ")' <<<"$output"; }

@test "without a root there is nothing to examine" {
  cd /
  run ledger-doctor
  assert_failure 3
  assert_output --partial 'run "ledger-init" to make one'
}

@test "a root that nothing reports to" {
  in_zsh 'ledger-doctor'
  assert_failure 1
  assert_line --index 0 "warning no-client: no agent's client below $HOME or in this project calls the ledger"
  assert_line --index 1 '  ledger-init --client claude --yes'
  assert_equal "${#lines[@]}" 2
}

@test "nothing is wrong: silence, and nothing is written" {
  ledger-init --client claude --yes >/dev/null 2>&1
  ledger-doctor
  before=$(tar -cf - -C "$BASE" --exclude .cache home root | cksum)
  run --separate-stderr ledger-doctor
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
  assert_equal "$(tar -cf - -C "$BASE" --exclude .cache home root | cksum)" "$before"
}

@test "a probe through each client arrives in the ledger of its agent" {
  for client in claude codex cursor gemini copilot opencode; do
    ledger-init --client "$client" --yes >/dev/null 2>&1
  done
  run --separate-stderr ledger-doctor --probe --json
  assert_failure 1
  assert_equal "$(codes)" hook-untrusted
  run ledger-query --json --event info
  run jq -r 'select(.data.probe) | [.agent, .source] | join(" ")' <<<"$output"
  assert_output "cls claude_code
andy codex_cli
cursor cursor
gemini gemini_cli
copilot copilot_cli
opencode opencode"
}

@test "a probe through a project's configuration arrives too" {
  ledger-init --client gemini --scope project --yes 2>/dev/null
  run ledger-doctor --probe
  assert_success
  run jq -r .data.client_event "$(day_file gemini)"
  assert_output PreCompress
}

@test "a hook whose executable is gone is found, and the fix mends it" {
  ledger-init --client claude --yes >/dev/null 2>&1
  rm "$HOME/.local/share/agent-ledger/bin/cls-hook"
  run --separate-stderr ledger-doctor --json
  assert_failure 1
  assert_equal "$(codes)" hook-not-found
  eval "$(jq -r '.findings[0].fix' <<<"$output")" >/dev/null 2>&1
  run ledger-doctor
  assert_success
}

@test "a hook that is wired by hand works only where PATH has it" {
  mkdir "$HOME/.claude"
  printf '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "cls-hook"}]}]}}' >"$HOME/.claude/settings.json"
  run --separate-stderr ledger-doctor --probe --json
  assert_failure 1
  assert_equal "$(codes)" 'hook-not-found hook-missing'
}

@test "what is switched off is lost, and said to be" {
  ledger-init --client claude --yes >/dev/null 2>&1
  LEDGER_DISABLE=1 run --separate-stderr ledger-doctor --probe --json
  assert_failure 1
  assert_equal "$(codes)" 'probe-lost switched-off'
}

@test "the fix of a lost probe says why it was lost" {
  ledger-init --client claude --yes >/dev/null 2>&1
  touch "$ROOT/g/ledger/cls"
  run --separate-stderr ledger-doctor --probe --json
  assert_failure 1
  assert_equal "$(codes)" probe-lost
  run sh -c "$(jq -r '.findings[0].fix' <<<"$output")"
  assert_failure 74
  assert_output --partial "$ROOT/g/ledger/cls"
}

@test "what git clean would eat is found" {
  : >.git/info/exclude
  run --separate-stderr ledger-doctor --json
  assert_equal "$(codes)" 'no-client not-ignored'
}

@test "it takes no arguments" {
  run ledger-doctor claude
  assert_failure 64
}
