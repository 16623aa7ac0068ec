setup() {
  load support
  make_root
  export GIT_CONFIG_GLOBAL=/dev/null
  git init --quiet --bare "$BASE/remote.git"
  make_machine a
  make_machine b
  cd "$BASE/a" || return
}

# A repository with a root in it, that knows the remote.
make_machine() {
  git init --quiet "$BASE/$1"
  git -C "$BASE/$1" remote add origin ../remote.git
  mkdir -p "$BASE/$1/g/ledger"
}

@test "two machines see each other's events in ledger-query and statuses in ledger-status" {
  ledger-write cls task_start wo-42 test 'Make it work' --status
  in_zsh 'ledger-sync --setup-ledger'
  assert_success
  assert_output 'The branch ledger of origin (../remote.git) was made and is set up here.'
  cd "$BASE/b"
  ledger-write andy task_start wo-43 test 'Review it' --status
  in_zsh 'ledger-sync --setup-ledger'
  assert_success
  assert_output 'The branch ledger of origin (../remote.git) is set up here.'
  in_zsh 'ledger-query --json | jq -r .summary'
  assert_output $'Make it work\nReview it'
  in_zsh 'ledger-status --json | jq -c "[.agents[] | [.agent, .state, .last_task_id, .is_ours]]"'
  assert_output '[["andy","busy","wo-43",true],["cls","busy","wo-42",false]]'
  cd "$BASE/a"
  in_zsh 'ledger-sync'
  assert_success
  assert_output ''
  in_zsh 'ledger-query --json | jq -r .summary'
  assert_output $'Make it work\nReview it'
  in_zsh 'ledger-validate --chain'
  assert_success
}

@test "setting up again changes nothing and says so" {
  ledger-sync --setup-ledger
  in_zsh 'ledger-sync --setup-ledger'
  assert_success
  assert_output 'The branch ledger of origin (../remote.git) is set up here already.'
  in_zsh 'git -C ../remote.git rev-list --count ledger'
  assert_output 1
}

@test "pull-only sends nothing, push-only sends, dry-run says what it would send" {
  ledger-sync --setup-ledger
  ledger-write cls info wo-42 test 'one'
  in_zsh 'ledger-sync --pull-only --json | jq -c "[.sent, .received]"'
  assert_output '[0,0]'
  in_zsh 'ledger-sync --dry-run'
  assert_output 'would send 1 event of cls'
  in_zsh 'ledger-sync --dry-run --json | jq -c "[.events, .says, (.files | length)]"'
  assert_output '[1,["1 event of cls"],1]'
  in_zsh 'ledger-sync --push-only --json | jq -c "[.sent, .received]"'
  assert_output '[1,0]'
  in_zsh 'ledger-sync --dry-run'
  assert_output ''
}

@test "status shows head, last pull and push, ahead and behind, and whether the remote answers" {
  ledger-sync --setup-ledger
  cd "$BASE/b"
  ledger-write andy info wo-43 test 'one'
  ledger-sync --setup-ledger
  cd "$BASE/a"
  ledger-write cls info wo-42 test 'two'
  in_zsh 'ledger-sync --status --json | jq -c "[.branch, .remote, .url, .ahead, .behind, .offline_claims, .health]"'
  assert_success
  assert_output '["ledger","origin","../remote.git",1,1,0,"ok"]'
  in_zsh 'ledger-sync --status'
  assert_line --regexp '^head +[0-9a-f]{40}$'
  assert_line --regexp '^last push +20.* ago\)$'
  mv "$BASE/remote.git" "$BASE/away.git"
  in_zsh 'ledger-sync --status --json | jq -c "[.behind, .health]"; exit $pipestatus[1]'
  assert_failure 75
  assert_output '[null,"offline"]'
}

@test "ledger-only sends events alone" {
  ledger-sync --setup-ledger
  ledger-write cls info wo-42 test 'one' --status
  ledger-sync --ledger-only
  in_zsh 'git -C ../remote.git ls-tree -r --name-only ledger'
  assert_output --regexp '^g/ledger/cls/[^ ]+\.jsonl$'
}

@test "credentials in a URL are never shown" {
  git remote set-url origin 'http://me:hunter2@127.0.0.1:1/x.git'
  apart 'ledger-sync --setup-ledger'
  assert_refused 75 'http://127.0.0.1:1/x.git'
  refute_output --partial hunter2
  if [[ $stderr == *hunter2* ]]; then fail "$stderr"; fi
}

@test "exit statuses: not set up 3, offline 75, a wrong call 64, a wrong branch name 65" {
  apart 'ledger-sync'
  assert_refused 3 'ledger-sync --setup-ledger'
  git remote set-url origin ../nowhere.git
  apart 'ledger-sync --setup-ledger'
  assert_refused 75 'cannot fetch ledger from origin'
  apart 'ledger-sync --status --dry-run'
  assert_refused 64 'exclude each other'
  apart 'ledger-sync origin'
  assert_refused 64 'takes no names'
  apart 'ledger-sync --wait soon'
  assert_refused 64 'not a duration'
  apart 'LEDGER_SYNC_LEDGER_BRANCH=a..b ledger-sync'
  assert_refused 65 'no name for a branch'
  cd "$ROOT"
  apart 'ledger-sync --setup-ledger'
  assert_refused 3 'in no git repository'
}

@test "a rewound branch exits 6, and force-resync --yes brings back what it has lost" {
  ledger-write cls info wo-42 test 'one'
  ledger-sync --setup-ledger
  ledger-write cls info wo-42 test 'two'
  ledger-sync
  git -C "$BASE/remote.git" update-ref refs/heads/ledger 'ledger~1'
  apart 'ledger-sync'
  assert_refused 6 'was rewound or replaced'
  in_zsh 'ledger-sync --status --json | jq -c .health; exit $pipestatus[1]'
  assert_failure 6
  assert_output '"rewound"'
  apart 'ledger-sync --force-resync'
  assert_refused 64 'add --yes'
  in_zsh 'ledger-sync --force-resync --yes'
  assert_success
  assert_output --regexp '^The branch goes on with all that is known here; its lost tip is kept as refs/ledger/[^ ]+/backup/'
  in_zsh 'git -C ../remote.git show "ledger:$(git -C ../remote.git ls-tree -r --name-only ledger)" | jq -r .summary'
  assert_output $'one\ntwo'
}

@test "compact makes one commit of the history, and only what is older than --before" {
  ledger-write cls info wo-42 test 'one'
  ledger-sync --setup-ledger
  ledger-write cls info wo-42 test 'two'
  ledger-sync
  apart 'ledger-sync --compact'
  assert_refused 64 'add --yes'
  in_zsh 'ledger-sync --compact --before 90d --yes'
  assert_output 'No history is older than 90d.'
  in_zsh 'ledger-sync --compact --yes'
  assert_success
  assert_output --regexp '^The history begins with [0-9a-f]{40} now\.$'
  in_zsh 'git -C ../remote.git rev-list --count ledger; git -C ../remote.git log -1 --format=%B ledger'
  assert_line --index 0 1
  assert_line --regexp '^Ledger-Compacts: [0-9a-f]{40}$'
}

@test "reconcile brings back a copy that is gone" {
  ledger-write cls info wo-42 test 'one'
  ledger-sync --setup-ledger
  cd "$BASE/b"
  ledger-sync --setup-ledger
  rm -r g/ledger/cls
  in_zsh 'ledger-sync; ledger-query --count; ledger-sync --reconcile; ledger-query --count'
  assert_success
  assert_output $'0\n1'
}

@test "cleanup removes refs and state and no event" {
  ledger-write cls info wo-42 test 'one'
  ledger-sync --setup-ledger
  in_zsh 'ledger-sync --cleanup-ledger'
  assert_failure 64
  assert_line --regexp '^would remove refs/ledger/.*/outbox$'
  in_zsh 'ledger-sync --cleanup-ledger --yes'
  assert_success
  in_zsh 'git for-each-ref refs/ledger; ls .git/agent-ledger | grep sync; ledger-query --count'
  assert_output $'sync.lock\n1'
  apart 'ledger-sync'
  assert_refused 3 'not set up'
  in_zsh 'ledger-sync --setup-ledger; ledger-query --count'
  assert_line --index 1 1
}

@test "archive packs old days, takes them off the branch, and ledger-query --archive reads them" {
  mkdir -p g/ledger/cls
  printf '{"ts":"2026-01-0%s","agent":"cls","session_id":"s","event":"info","task_id":"t","source":"x","summary":"%s","data":{}}\n' \
    '2T10:00:00Z' 'old one' '2T11:00:00Z' 'old two' >g/ledger/cls/2026-01-02.jsonl
  ledger-write cls info wo-42 test 'new'
  ledger-sync --setup-ledger
  cd "$BASE/b"
  ledger-sync --setup-ledger
  cd "$BASE/a"
  apart 'ledger-sync --archive'
  assert_refused 64 'add --yes'
  apart 'ledger-sync --archive --before 1d --yes'
  assert_refused 64 'last 7 days'
  in_zsh 'ledger-sync --archive --yes'
  assert_success
  assert_output 'archived cls/2026-01-02, 2 lines'
  in_zsh 'ledger-query --json | jq -r .summary; ledger-query --archive --json | jq -r .summary; ledger-query --archive --until 2026-02-01 --count; ls .git/agent-ledger | grep unpacked'
  assert_output $'new\nold one\nold two\nnew\n2'
  in_zsh 'git -C ../remote.git ls-tree -r --name-only ledger | grep -c 2026-01'
  assert_output 0
  in_zsh 'ledger-sync --archive --yes; ledger-validate --chain --strict >/dev/null; ledger-sync --setup-ledger; ledger-sync --dry-run; gzip -dc g/ledger/.archive/cls/*.gz | wc -l | tr -d " "'
  assert_line --index 1 2
  cd "$BASE/b"
  apart 'ledger-sync; ledger-query --count'
  assert_output 3
  if [[ $stderr != *'1 file of '*' went from the branch; the copies here stay'* ]]; then fail "$stderr"; fi
  cd "$BASE/a"
  printf x >>g/ledger/.archive/cls/2026-01-02.jsonl.gz
  apart 'ledger-query --archive --count'
  assert_failure 74
  assert_output 1
}
