# ledger-write: where the root is, and what the world does to it.

setup() {
  load support
  make_root
}

teardown() {
  cd / && if [[ -n ${MOUNT:-} ]]; then umount "$MOUNT"; fi
}

write='ledger-write cls info T-1 test text'

# A file system of its own, of 1 MiB, over the root: only root on Linux can mount one.
mount_root() {
  if [[ $(uname) != Linux || $(id -u) != 0 ]]; then skip 'needs root on Linux'; fi
  mount -t tmpfs -o size=1m tmpfs "$ROOT" 2>/dev/null || skip 'needs the right to mount'
  MOUNT=$ROOT
  cd "$BASE" && cd "$ROOT" && mkdir -p g/ledger
}

@test "without a root nothing is written, and the message names ledger-init" {
  mkdir "$BASE/elsewhere"
  apart 'cd ../elsewhere && '"$write"
  assert_refused 3 'run "ledger-init" to make one'
  apart "$write"' --root "$1"' "$BASE/missing"
  assert_refused 3 'is not a directory; make one with: ledger-init'
  apart "$write"' --root ""'
  assert_refused 3 'is not a directory'
  assert_equal "$(ls -A "$BASE/elsewhere")" ''
}

@test "LUKA_SOT, LEDGER_ROOT and --root name the root, each before the one before" {
  mkdir "$BASE"/{luka,ledger,flag}
  in_zsh 'cd /
    LUKA_SOT=$1/luka ledger-write cls info T-1 test luka
    LUKA_SOT=$1/luka LEDGER_ROOT=$1/ledger ledger-write cls info T-1 test ledger
    LUKA_SOT=$1/luka LEDGER_ROOT=$1/ledger ledger-write cls info T-1 test flag --root $1/flag' "$BASE"
  assert_success
  for name in luka ledger flag; do
    assert_equal "$(jq -r .summary "$BASE/$name"/g/ledger/cls/*.jsonl)" "$name"
  done
}

@test "from a directory below, and through a link, it is the same root" {
  mkdir -p deep/er
  ln -s "$ROOT" "$BASE/link"
  in_zsh 'cd deep/er && '"$write"' && cd $1/link && '"$write" "$BASE"
  assert_success
  assert_equal "$(jq -r .seq "$(day_file cls)")" $'1\n2'
}

@test "in a linked worktree the event goes to the main one, and says where it was written" {
  git init -q "$BASE/main" && cd "$BASE/main"
  git -c user.name=T -c user.email=t@example.org commit -q --allow-empty -m first
  git worktree add -q ../feature-x
  in_zsh "$write"' && cd ../feature-x && '"$write"
  assert_success
  assert_equal "$(jq -r .worktree "$BASE"/main/g/ledger/cls/*.jsonl)" $'main\nfeature-x'
  refute [ -e "$BASE/feature-x/g" ]
}

@test "in a directory that was removed meanwhile it still records" {
  mkdir gone
  in_zsh 'cd gone && rmdir ../gone && '"$write"' && LEDGER_ROOT=$1 '"$write" "$ROOT"
  assert_success
  assert_equal "$(jq -r .seq "$(day_file cls)")" $'1\n2'
}

@test "whatever TZ holds, the instant is right, and the file is named by the date on the wall" {
  local zone line
  for zone in UTC Asia/Bangkok America/St_Johns Pacific/Kiritimati Pacific/Marquesas Asia/Kathmandu nonsense '' ':x' 'XYZ-13:45'; do
    apart 'TZ=$1 '"$write"' --json' "$zone"
    assert_success
    line=$output
    # jq knows no offsets, so the reader of the instant is node.
    run node -e 'const {ts} = JSON.parse(process.argv[1]); console.log(Math.abs(Date.parse(ts) - Date.now()) < 60000)' "$line"
    assert_output true
    assert [ -s "g/ledger/cls/$(jq -r '.ts[0:10]' <<<"$line").jsonl" ]
  done
  apart 'TZ=Asia/Kathmandu '"$write"' --json'
  assert_output --regexp '^\{"ts":"[^"]*\+05:45"'
}

@test "a link out of the root is refused wherever it stands, and nothing is written through it" {
  mkdir "$BASE/outside"
  for place in g g/ledger g/ledger/cls; do
    rm -rf g
    mkdir -p "$(dirname "$place")"
    ln -s "$BASE/outside" "$place"
    apart 'LEDGER_ROOT=$PWD '"$write"
    assert_refused 77 'leads out of the root'
  done
  rm -rf g && mkdir -p g/ledger/cls
  ln -s "$BASE/outside/file" "$(day_file cls)"
  apart "$write"
  assert_refused 77 'it is a symbolic link'
  assert_equal "$(ls -A "$BASE/outside")" ''
}

@test "a directory, a pipe or a file where something else should be is refused at once" {
  mkdir -p "$(day_file cls)"
  apart "$write"
  assert_refused 74 'there is a directory in its place'
  rmdir "$(day_file cls)" && mkfifo "$(day_file cls)"
  apart "$write"
  assert_refused 74 'it is not a regular file'
  rm -r g/ledger/cls && touch g/ledger/cls
  apart "$write"
  assert_refused 74 'a file is in the place of a directory'
}

@test "a configuration that is wrong is refused, one out of range is clamped with a warning" {
  echo '{"ledger":{"lock_timeout_s":"x"}}' >ledger.config.json
  apart "$write"
  assert_refused 65 'ledger.config.json: ledger.lock_timeout_s must be of type number'
  rm ledger.config.json
  apart 'LEDGER_LEDGER_LOCK_TIMEOUT_S=soon '"$write"
  assert_refused 65 'LEDGER_LEDGER_LOCK_TIMEOUT_S is "soon"'
  assert_nothing_written
  apart 'LEDGER_LEDGER_LOCK_TIMEOUT_S=9999 '"$write"
  assert_success
  assert_equal "$stderr" 'ledger-write: ledger.lock_timeout_s is 9999, outside 0.1–600; using 600'
}

@test "another process that keeps the lock is contention" {
  in_zsh "$write"
  lock=$(find "$HOME/.local/state" -name cls.lock)
  (cd "$CHECKOUT" && exec node --import tsx test/support/hold-lock.ts "$lock") >"$BASE/held" 3>&- &
  holder=$!
  for _ in {1..200}; do [[ -s $BASE/held ]] && break || sleep 0.05; done
  apart 'LEDGER_LEDGER_LOCK_TIMEOUT_S=0.1 '"$write"
  kill $holder
  assert_refused 2 'another process has kept the files of cls locked; run it again'
  in_zsh "$write"
  assert_success
}

@test "on a read-only file system nothing is written" {
  mount_root
  in_zsh "$write"
  cp "$(day_file cls)" "$BASE/before"
  mount -o remount,ro "$MOUNT"
  apart "$write"
  assert_refused 74 'the file system is read-only (EROFS)'
  apart 'status-update cls idle'
  assert_refused 74 'the file system is read-only (EROFS)'
  cmp "$(day_file cls)" "$BASE/before"
}

@test "without permission nothing is written" {
  in_zsh "$write"
  cp "$(day_file cls)" "$BASE/before"
  if [[ $(id -u) == 0 ]]; then
    command -v setpriv >/dev/null || skip 'root may write everywhere, and there is no setpriv to become somebody else'
    chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$HOME"
    apart "setpriv --reuid=65534 --clear-groups $write"
  else
    chmod 0400 "$(day_file cls)"
    apart "$write"
    chmod 0600 "$(day_file cls)"
  fi
  assert_refused 77 'permission denied'
  cmp "$(day_file cls)" "$BASE/before"
}

@test "on a full disk nothing is half there, and the next event follows when there is room again" {
  mount_root
  in_zsh "$write"
  cp "$(day_file cls)" "$BASE/before"
  dd if=/dev/zero of=filler bs=4k 2>/dev/null || true
  apart 'print -rn -- "{\"a\":\"${(l:20000::x:)}\"}" | '"$write"' --data-file -'
  assert_refused 74 'no space left'
  cmp "$(day_file cls)" "$BASE/before"
  rm filler
  in_zsh "$write"
  assert_success
  assert_equal "$(jq -r .seq "$(day_file cls)")" $'1\n2'
}

@test "files are private" {
  in_zsh "$write"' --status'
  run find g/ledger/cls agents/cls "$HOME/.local/state" ! -type l -perm /077
  assert_output ''
}
