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

@test "--client shows a diff and changes nothing" {
  mkdir "$HOME/.claude"
  printf '{\n  "model": "opus"\n}\n' >"$HOME/.claude/settings.json"
  run --separate-stderr ledger-init --client claude
  assert_success
  assert_line "--- $HOME/.claude/settings.json"
  assert_line '-  "model": "opus"'
  assert_line '+  "model": "opus",'
  assert_equal "${stderr_lines[-1]}" 'ledger-init: nothing is changed yet; run it again with --yes'
  run cat "$HOME/.claude/settings.json"
  assert_output $'{\n  "model": "opus"\n}'
  assert [ ! -e "$HOME/.local" ]
}

@test "the diff is one that patch takes" {
  command -v patch >/dev/null || skip 'there is no patch'
  mkdir "$HOME/.codex"
  printf 'model = "gpt"' >"$HOME/.codex/config.toml"
  ledger-init --client codex 2>/dev/null >"$BASE/diff"
  (cd / && patch -s -p0 <"$BASE/diff")
  mv "$HOME/.codex/config.toml" "$BASE/patched"
  printf 'model = "gpt"' >"$HOME/.codex/config.toml"
  ledger-init --client codex --yes
  run cmp "$BASE/patched" "$HOME/.codex/config.toml"
  assert_success
}

@test "--yes wires, a second time changes nothing, --remove gives the bytes back" {
  mkdir "$HOME/.codex"
  printf '# mine\nnotify = ["say"]' >"$HOME/.codex/config.toml"
  before=$(cksum <"$HOME/.codex/config.toml")
  run --separate-stderr ledger-init --client codex --yes
  assert_success
  assert_line --partial "$HOME/.codex/config.toml: changed; as it was: $HOME/.local/state/agent-ledger/setup/backups/config.toml."
  assert_equal "${stderr_lines[0]}" "ledger-init: the notify in $HOME/.codex/config.toml stays as it is (say); hooks record the turns"
  after=$(cksum <"$HOME/.codex/config.toml")
  run ledger-init --client codex --yes
  assert_output 'Codex is wired already; nothing changed.'
  assert_equal "$(cksum <"$HOME/.codex/config.toml")" "$after"
  run ledger-init --client codex --remove --yes
  assert_success
  assert_equal "$(cksum <"$HOME/.codex/config.toml")" "$before"
  run ledger-init --client codex --remove --yes
  assert_output 'Codex is not wired; nothing changed.'
}

@test "every client can be wired and taken out, and --json says what happened" {
  for client in claude codex cursor gemini copilot opencode launchd systemd; do
    run --separate-stderr ledger-init --client "$client" --yes --json
    assert_success
    run jq -r '[.client, .applied, (.changes | length > 0), (.changes[0].kind)] | join(" ")' <<<"$output"
    assert_output --regexp "^$client true true (made|changed)\$"
  done
  for client in claude codex cursor gemini copilot opencode launchd systemd; do
    ledger-init --client "$client" --remove --yes >/dev/null 2>&1
  done
  run find "$HOME" -type f ! -path '*/.cache/*' ! -path '*/state/*'
  assert_output ''
}

@test "heartbeats of a timer arrive in the ledger" {
  ledger-init --client systemd --agent andy --yes 2>/dev/null
  service=("$HOME"/.config/systemd/user/*.service)
  line=$(sed -n 's/^ExecStart=//p' "${service[0]}")
  run env -i HOME="$HOME" sh -c "$line"
  assert_success
  run jq -r .agent "$ROOT/agents/andy/status.json"
  assert_output andy
}

@test "a project is wired with what its other people can use" {
  git init -q "$BASE/repo"
  mkdir "$BASE/repo/src"
  cd "$BASE/repo/src"
  run ledger-init --client gemini --scope project --yes
  assert_success
  run jq -r '.hooks.SessionStart[0].hooks[0].command' "$BASE/repo/.gemini/settings.json"
  assert_output 'test ! -x "$HOME/.local/share/agent-ledger/bin/cls-hook" || exec "$HOME/.local/share/agent-ledger/bin/cls-hook" --agent gemini'
}

@test "a malformed configuration is left alone, in one line" {
  mkdir "$HOME/.gemini"
  printf '{"hooks": ' >"$HOME/.gemini/settings.json"
  run ledger-init --client gemini --yes
  assert_failure 65
  assert_output "ledger-init: $HOME/.gemini/settings.json is left alone: it is not JSON (line 1)"
  run cat "$HOME/.gemini/settings.json"
  assert_output '{"hooks": '
}

@test "a read-only configuration is left alone" {
  [ "$(id -u)" != 0 ] || skip 'root writes everywhere'
  mkdir "$HOME/.claude"
  printf '{}' >"$HOME/.claude/settings.json"
  chmod 0400 "$HOME/.claude/settings.json"
  run ledger-init --client claude --yes
  assert_failure 77
}

@test "wrong use of --client is an error of use" {
  run ledger-init --client emacs
  assert_failure 64
  assert_line --partial '"emacs" is not a client; use one of claude, codex,'
  run ledger-init --client cron --scope project
  assert_failure 64
  run ledger-init --client claude --scope world
  assert_failure 64
  run ledger-init --yes
  assert_failure 64
  assert_line 'ledger-init: --yes goes with --client'
  run ledger-init --client claude somewhere
  assert_failure 64
  cd / && run ledger-init --client systemd
  assert_failure 3
}
