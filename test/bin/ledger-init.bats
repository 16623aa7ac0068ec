bats_require_minimum_version 1.5.0

setup() {
  load support
  make_root
  NEW="$BASE/new place"
}

@test "a root is made, and a second time nothing changes" {
  in_zsh 'ledger-init "$1"' "$NEW"
  assert_success
  assert_line --index 0 "$NEW is a root now: made g/ledger, agents, memory, ledger.config.json."
  before=$(tar -cf - "$NEW" | cksum)
  in_zsh 'ledger-init "$1"' "$NEW"
  assert_success
  assert_line --index 0 "$NEW is a root already; nothing changed."
  assert_equal "$(tar -cf - "$NEW" | cksum)" "$before"
}

@test "it says how to wire zsh, cron and agents, by the paths of this installation" {
  in_zsh 'ledger-init "$1"' "$NEW"
  assert_line "  source $CHECKOUT/tools/zsh/agent-ledger.plugin.zsh"
  assert_line --partial "$BASE/bin/status-update cls --heartbeat --root '$NEW'"
  assert_line --partial "\"command\":\"$BASE/bin/cls-hook\""
  assert_line --partial "command = \"$BASE/bin/andy-hook\""
}

@test "the cron line works as it is, in cron's empty environment" {
  run --separate-stderr ledger-init --json "$NEW"
  assert_success
  line=$(jq -r .wiring.cron <<<"$output")
  run env -i HOME="$HOME" sh -c "${line#'*/5 * * * * '}"
  assert_success
  run jq -r .state "$NEW/agents/cls/status.json"
  assert_output idle
}

@test "--json prints data and only data" {
  run --separate-stderr ledger-init --json "$NEW"
  assert_success
  assert_equal "$stderr" ''
  run jq -c '[.root, .made, .ignored, (.wiring | keys)]' <<<"$output"
  assert_output "[\"$NEW\",[\"g/ledger\",\"agents\",\"memory\",\"ledger.config.json\"],[],[\"claude\",\"codex\",\"cron\",\"zsh\"]]"
}

@test "the configuration names its schema, and the ledger is written there at once" {
  ledger-init "$NEW" >/dev/null
  schema=$(jq -r '."$schema"' "$NEW/ledger.config.json")
  assert [ -f "${schema#file://}" ]
  cd "$NEW"
  run ledger-write cls info system test 'it works'
  assert_success
}

@test "in a linked worktree the root is the main worktree" {
  git init -q "$BASE/repo"
  git -C "$BASE/repo" -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m first
  git -C "$BASE/repo" worktree add -q "$BASE/linked"
  cd "$BASE/linked"
  run --separate-stderr ledger-init .
  assert_success
  assert_line --index 0 "$BASE/repo is a root now: made g/ledger, agents, memory, ledger.config.json."
  assert_equal "$stderr" "ledger-init: $BASE/linked is in a linked worktree; the root is its main worktree, which outlives it: $BASE/repo"
  run git -C "$BASE/repo" status --porcelain
  assert_output ''
}

@test "a bad place is refused in one line" {
  touch "$BASE/file"
  run ledger-init "$BASE/file"
  assert_failure 74
  assert_output "ledger-init: $BASE/file is not a directory; choose another place for the root"
  git init -q --bare "$BASE/bare.git"
  run ledger-init "$BASE/bare.git"
  assert_failure 77
  assert_equal "${#lines[@]}" 1
  run ledger-init "$ROOT/inner"
  assert_failure 77
  assert_output "ledger-init: $ROOT/inner is inside the root $ROOT; use that one, or a place outside it"
}

@test "an unwritable place is refused in one line" {
  mkdir -m 0555 "$BASE/locked"
  if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || skip 'root writes everywhere, and there is no setpriv to become somebody else'
    chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
    run setpriv --reuid=65534 --clear-groups ledger-init "$BASE/locked/new"
  else
    run ledger-init "$BASE/locked/new"
  fi
  assert_failure 77
  assert_output --partial 'permission denied'
  assert_equal "${#lines[@]}" 1
}

@test "too many arguments are an error of use" {
  run ledger-init one two
  assert_failure 64
}
