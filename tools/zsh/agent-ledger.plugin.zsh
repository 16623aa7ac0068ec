# The zsh plugin of agent-ledger: source it in ~/.zshrc, or name it to a plugin manager (docs/zsh.md).
#
# Puts the completions on fpath, or hands them to compdef where compinit has run already, and the executables on
# PATH where they are not: a checkout's from dist/path, an installed package's from where npm linked them. Functions
# with the names of those that are called often ask ledgerd first. Prints nothing and changes no option. Sourced again
# it takes back what it did and does it anew.

() {
  emulate -LR zsh -o no_aliases
  local package=${1:A:h:h:h} directory file line name REPLY
  (( $+_agent_ledger_plugin )) && agent-ledger_plugin_unload
  typeset -gA _agent_ledger_plugin=(package $package)

  fpath+=($package/tools/zsh/functions $package/dist/completions)
  if (( $+functions[compdef] )); then
    autoload -Uz _agent_ledger_arguments _agent_ledger_values _agent_ledger_root
    for file in $package/dist/completions/_*(N); do
      IFS= read -r line < $file
      compdef -a ${file:t} ${=line#\#compdef }
    done
  fi

  source $package/tools/zsh/call.zsh
  _agent_ledger_lane[started]=
  for name in ledger-write status-update ledger-claim ledger-status {cls,andy,hybrid}-hook; do
    (( $+functions[$name] )) && continue
    _agent_ledger_body $name
    functions[$name]=$REPLY
    _agent_ledger_plugin[functions]+=" $name"
  done

  whence -p ledger-write > /dev/null && return 0
  for directory in $package/dist/path ${package:h}/.bin ${package:h:h:h}/bin; do
    [[ -x $directory/ledger-write ]] || continue
    path+=($directory)
    _agent_ledger_plugin[path]=$directory
    break
  done
  return 0
} "${${(M)${ZERO:-}:#*/agent-ledger.plugin.zsh}:-${(%):-%x}}"

# Takes everything back.
agent-ledger_plugin_unload() {
  emulate -LR zsh
  local package=$_agent_ledger_plugin[package] file line
  for file in $package/dist/completions/_*(N); do
    IFS= read -r line < $file
    (( $+functions[compdef] )) && compdef -d ${=line#\#compdef }
    (( $+functions[${file:t}] )) && unfunction ${file:t}
  done
  for file in ${=_agent_ledger_plugin[functions]}; do
    [[ ${functions[$file]} == *_agent_ledger_try* ]] && unfunction $file
  done
  fpath=(${fpath:#$package/(tools/zsh/functions|dist/completions)})
  (( $+_agent_ledger_plugin[path] )) && path=(${path:#$_agent_ledger_plugin[path]})
  unfunction -m '_agent_ledger_*' agent-ledger_plugin_unload
  unset -m '_agent_ledger_*'
}
