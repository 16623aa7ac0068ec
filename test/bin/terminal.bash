# A real terminal for a test: tmux on a socket of its own, without the person's configuration.
TERMINAL_SOCKET="agent-ledger-$$-$BATS_TEST_NUMBER"

in_terminal() { tmux -L "$TERMINAL_SOCKET" -f /dev/null "$@"; }

# open_terminal COLUMNS ROWS: a zsh in the root with a prompt of `$ `.
open_terminal() {
  command -v tmux >/dev/null || skip 'tmux is not installed'
  in_terminal new-session -d -x "$1" -y "$2" "PS1='$ ' LANG=C.UTF-8 LC_ALL=C.UTF-8 zsh -f"
  wait_for_screen '^\$'
}

# type_line TEXT: types it and presses Enter.
type_line() { in_terminal send-keys -l "$1" && in_terminal send-keys Enter; }

press() { in_terminal send-keys "$@"; }

# What the terminal shows now.
screen() { in_terminal capture-pane -p; }

# wait_for_screen PATTERN: until a line of the screen matches.
wait_for_screen() {
  local try
  for ((try = 0; try < 200; try++)); do
    if screen | grep -qE -- "$1"; then return 0; fi
    sleep 0.05
  done
  screen
  fail "the screen never showed: $1"
}

close_terminal() { in_terminal kill-server 2>/dev/null || true; }
