# What the README shows is what happens.
setup() {
  load support
  make_root
  README="$CHECKOUT/README.md"
}

# The first fenced block of a language.
block() { awk -v open="\`\`\`$1" '$0 == "```" { inside = 0 } inside { print } $0 == open && !seen++ { inside = 1 }' "$README"; }

@test "the start block of the README runs as it stands, in an empty repository" {
  git init -q "$BASE/fresh"
  cd "$BASE/fresh"
  block zsh >"$BASE/start.zsh"
  run grep -c . "$BASE/start.zsh"
  assert_output 6
  in_zsh 'set -e; . "$1"' "$BASE/start.zsh"
  assert_success
  assert_output --partial 'wo-42'
  run git status --porcelain
  assert_output ''
}

@test "the README names every executable, beside its page" {
  for path in "$CHECKOUT"/dist/bin/*.cjs; do
    name=${path##*/}
    name=${name%.cjs}
    run grep -cF "| [\`$name\`](docs/$name.md) |" "$README"
    assert_output 1
  done
}

@test "the demo behind npm start plays to its end, verifies what it shows, and leaves all of it to look around in" {
  cd "$CHECKOUT"
  export TMPDIR="$BASE/tmp"
  mkdir "$TMPDIR"
  run node_modules/.bin/tsx tools/dev/demo.ts
  assert_success
  assert_output --regexp 'andy is killed with kill -9 in the middle of T-[0-9]+'
  assert_output --partial 'T-12 keep hybrid'
  assert_output --partial 'each task was done exactly once'
  [ "${#lines[@]}" -le 50 ]
  stage=$(find "$TMPDIR" -maxdepth 1 -name 'agent-ledger-demo-*')
  assert_output --partial "Look around in $stage"
  cd "$stage/beta"
  in_zsh 'ledger-claim list; ledger-query --json --event task_result | grep -c .'
  assert_output 12
}
