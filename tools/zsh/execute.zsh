# Becomes an executable of this package: `source execute.zsh <executable> <argument…>`, the whole of each script
# in tools/ that bears an older name.
#
# Older callers know no options, so every argument is a value, also one that looks like an option. Where the first
# argument is an option, or the `run` of a hook, the caller is a newer one and means it. dist/ lies beside tools/,
# in a checkout as in the installed package. Node is the one on PATH or, for cron and editors that know no PATH,
# the first one where installers put it. What cannot be run is one line on stderr and exit status 3; a hook
# exits 0, because an agent must never stop for its ledger, unless it was to run a command. Where ledgerd answers, no
# process is started at all.
'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_err_exit' '-o' 'no_err_return' '-o' 'unset'

become() {
  local executable=$1 node input
  local -a arguments
  local -i answer hasInput=0
  local program=${${(%):-%x}:A:h:h:h}/dist/bin/$1.cjs
  local -a reply
  local -i failure=3
  shift
  [[ $executable == *-hook && $1 != run ]] && failure=0
  [[ $1 == --* || $executable/$1 == *-hook/run ]] || set -- -- "$@"
  ask_daemon "$@" && exit answer
  set -- "${(@)arguments}"
  if [[ ! -r $program ]]; then
    complain "$program is not there; run \"npm ci\" in ${program:h:h:h} to build it"
    exit $failure
  fi
  for node in ${^${(M)${(s.:.)PATH}:#/*}}/node; do try $node $program "$@"; done
  list_node_places
  for node in $reply; do try $node $program "$@"; done
  complain 'there is no node on PATH or where installers put it; install Node 20 or newer'
  exit $failure
}

# As _agent_ledger_try has it.
ask_daemon() {
  emulate -L zsh -o no_aliases -o no_multibyte -o extended_glob
  local name=$executable
  source ${${(%):-%x}:A:h}/call.zsh
  _agent_ledger_try "$@"
}

try() {
  [[ -x $1 && ! -d $1 ]] || return
  (( hasInput )) && exec "$@" < <(print -rn -- "$input")
  exec "$@"
}

complain() {
  print -ru2 -- "${ZSH_ARGZERO:t}: $1"
}

# Sets reply to where Node may be. Of several versions the newest comes first: (On) sorts by name, descending.
list_node_places() {
  setopt local_options null_glob numeric_glob_sort
  local data=${XDG_DATA_HOME:-$HOME/.local/share}
  local -a brew=(/opt/homebrew /usr/local /home/linuxbrew/.linuxbrew)
  local -a fnm=(${FNM_DIR:-$data/fnm} $HOME/Library/Application\ Support/fnm)
  reply=(
    ${^brew}/bin/node
    ${^brew}/opt/node@*/bin/node(On)
    ${NVM_DIR:-$HOME/.nvm}/versions/node/v*/bin/node(On)
    ${^fnm}/aliases/default/bin/node
    ${^fnm}/node-versions/v*/installation/bin/node(On)
    ${VOLTA_HOME:-$HOME/.volta}/bin/node
    ${ASDF_DATA_DIR:-$HOME/.asdf}/installs/nodejs/<->.*/bin/node(On)
    ${MISE_DATA_DIR:-$data/mise}/installs/node/<->.*/bin/node(On)
    ${N_PREFIX:-/usr/local}/bin/node
  )
}

become "$@"
