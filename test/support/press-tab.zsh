# `zsh -f press-tab.zsh <line> [<keys>]`: types the line into an interactive zsh with the plugin and a real
# compinit, presses TAB, then types the keys, and waits for the next prompt where they end a line. Prints what
# TAB offered, one a line, and `> ` with the line as TAB left it. With SCREEN=1 prints the terminal's output.
emulate zsh
zmodload zsh/zpty

export PRESSED=$BATS_TEST_TMPDIR/pressed ZDOTDIR=$BATS_TEST_TMPDIR/zdotdir
mkdir -p $ZDOTDIR
print -r -- '
PS1="ready> " PS2= LISTMAX=10000
unsetopt zle_bracketed_paste prompt_sp beep 2>/dev/null; unset zle_bracketed_paste
source $PLUGIN
autoload -Uz compinit
compinit -u -C -d $BATS_FILE_TMPDIR/zcompdump
compadd() {
  local -a offered
  if local -i end=${argv[(i)-(|-)]}
  if (( ! ${argv[1,end][(I)-[OAD]*]} )); then
    builtin compadd -O offered "$@"
    (( $#offered )) && print -rl -- "${(@)offered}" >> $PRESSED
  fi
  builtin compadd "$@"
}
press-tab() {
  zle expand-or-complete
  zle -R
  print -r -- "> $BUFFER" >> $PRESSED
  print -rn -- "<pressed>" > $TTY
}
zle -N press-tab
bindkey "^I" press-tab
' > $ZDOTDIR/.zshrc
: > $PRESSED

# zpty reads until the pattern matches what has come so far, or the shell ends.
await() { zpty -r tab seen "*$1*"; screen+=$seen }

zpty tab 'stty columns 200 rows 50; exec zsh -d -i'
await 'ready> '
zpty -w -n tab "$1"$'\t'
await '<pressed>'
if (( $# > 1 )); then
  zpty -w -n tab "$2"
  await 'ready> '
fi
zpty -d tab
if [[ -n $SCREEN ]]; then print -r -- $screen; else cat $PRESSED; fi
