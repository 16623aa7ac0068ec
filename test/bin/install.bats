# What a person gets: the package, installed without the source tree beside it.

setup_file() {
  export npm_config_offline=true npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
  export PREFIX="$BATS_FILE_TMPDIR/pre fix"
  cd "${BATS_TEST_FILENAME%/test/*}" || return
  npm pack --ignore-scripts --json --pack-destination "$BATS_FILE_TMPDIR" > "$BATS_FILE_TMPDIR/pack.json"
  TARBALL=$(echo "$BATS_FILE_TMPDIR"/agent-ledger-*.tgz)
  export TARBALL
  npm install --global --prefix "$PREFIX" "$TARBALL" > "$BATS_FILE_TMPDIR/install.log" 2>&1
}

setup() {
  load support
  make_root
  PACKAGE="$PREFIX/lib/node_modules/agent-ledger"
  MORE_PATH=$PATH
  plain_path
}

names() { for path in "$CHECKOUT"/dist/bin/*.cjs; do basename "$path" .cjs; done; }

@test "the package holds what runs and what is read, and nothing else" {
  run jq -r '.[0].files[].path | select(test("^(" + ([
    "package\\.json", "LICENSE", "README\\.md", "CHANGELOG\\.md", "docs/.+\\.(md|svg|png)", "schemas/v1/[a-z-]+\\.json",
    "dist/(client\\.(js|d\\.ts)|bin/[a-z-]+\\.cjs|lib/(late/)?[a-z-]+\\.js|completions/_[a-z-]+|THIRD_PARTY_LICENSES\\.txt)",
    "dist/native/(darwin|linux)-(arm64|x64)/lock\\.node",
    "tools/[a-z_-]+\\.zsh", "tools/zsh/[a-z-]+(\\.plugin)?\\.zsh", "tools/zsh/functions/_[a-z_]+"
  ] | join("|")) + ")$") | not)' "$BATS_FILE_TMPDIR/pack.json"
  assert_output ''
  for name in $(names); do
    for path in "dist/bin/$name.cjs" "dist/lib/$name.js" "dist/completions/_$name"; do [ -f "$PACKAGE/$path" ]; done
  done
  for path in "$CHECKOUT"/tools/*.zsh; do [ -x "$PACKAGE/tools/${path##*/}" ]; done
}

@test "nothing is installed beside it, and nothing in it points to where it was built" {
  assert_equal "$(ls "$PREFIX/lib/node_modules")" agent-ledger
  [ ! -e "$PACKAGE/node_modules" ]
  run grep -rlF "$CHECKOUT" "$PACKAGE"
  assert_output ''
}

@test "every executable is installed, runs, and says its version" {
  version=$(jq -r .version "$PACKAGE/package.json")
  for name in $(names); do
    run "$PREFIX/bin/$name" --version
    assert_success
    assert_output "$name $version"
  done
  PATH="$PREFIX/bin:$PATH"
  in_zsh 'ledger-write cls task_start T-1 test "it'\''s installed" && status-update cls busy "" T-1'
  assert_success
  assert_output ''
  assert_equal "$(head -1 "$(day_file cls)" | jq -r .summary)" "it's installed"
}

@test "the older names run from the package" {
  run "$PACKAGE/tools/ledger_write.zsh" cls info T-1 test words
  assert_success
  assert_equal "$(jq -r .summary "$(day_file cls)")" words
}

@test "the plugin of the package completes, and puts the executables on PATH" {
  "$PREFIX/bin/ledger-write" cls info T-77 test words
  export PLUGIN="$PACKAGE/tools/zsh/agent-ledger.plugin.zsh"
  run zsh -f "$CHECKOUT/test/support/press-tab.zsh" 'ledger-write cls task_start ' $' test done\r'
  assert_line '> ledger-write cls task_start T-77 '
  assert_equal "$(tail -1 "$(day_file cls)" | jq -r .task_id)" T-77
  in_zsh 'source $PLUGIN; print -r -- ${commands[ledger-write]}'
  assert_output "$PREFIX/bin/ledger-write"
}

@test "installed into a project, the plugin finds the executables there" {
  PATH=$MORE_PATH
  mkdir "$BASE/project" && cd "$BASE/project" && echo '{}' > package.json
  npm install "$TARBALL"
  plain_path
  in_zsh 'source node_modules/agent-ledger/tools/zsh/agent-ledger.plugin.zsh; print -r -- ${commands[ledger-write]}'
  assert_output "$BASE/project/node_modules/.bin/ledger-write"
}

@test "npm link makes the executables of a checkout global" {
  PATH=$MORE_PATH
  mkdir -p "$BASE/checkout" "$BASE/global/lib" && cp -R "$CHECKOUT/package.json" "$CHECKOUT/dist" "$CHECKOUT/tools" "$BASE/checkout"
  cd "$BASE/checkout"
  npm_config_prefix="$BASE/global" npm link --ignore-scripts
  cd "$ROOT"
  run "$BASE/global/bin/ledger-write" cls info T-1 test linked
  assert_success
  assert_equal "$(jq -r .summary "$(day_file cls)")" linked
}
