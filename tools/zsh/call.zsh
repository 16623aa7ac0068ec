# Calls ledgerd without starting a process. The plugin makes each of its functions of `_agent_ledger_body`; scripts use
# `_agent_ledger_try`. docs/ledgerd.md has the protocol, tools/lib/daemon/request.ts its other side.
#
# All of it runs under `emulate -L zsh -o no_multibyte -o extended_glob`, so that lengths are in bytes. Each call has a
# connection of its own: zsh hands one that it keeps to every command it starts. Nothing of a reply is evaluated.
#
# A call of a function costs zsh as much as a connection to a socket. What every call needs therefore stands in
# `_agent_ledger_try` itself, and functions do what few calls need.

typeset -gA _agent_ledger_lane=()
typeset -ga _agent_ledger_sockets=()
typeset -gi _agent_ledger_high=0 _agent_ledger_low=0 _agent_ledger_process=0
autoload -Uz ${${(%):-%x}:A:h}/functions/_agent_ledger_root

# Sets REPLY to what a function is that calls an executable of this name by the daemon, else by a process.
_agent_ledger_body() {
  REPLY="emulate -L zsh -o no_multibyte -o extended_glob
  local name=$1 input
  local -a arguments
  local -i answer hasInput=0
  _agent_ledger_try \"\$@\" && return answer
  _agent_ledger_execute"
}

_agent_ledger_execute() {
  if (( hasInput )); then
    print -rn -- "$input" | command $name "${(@)arguments}"
  else
    command $name "${(@)arguments}"
  fi
}

# Tries to have the executable `name` called by the daemon with these arguments. Sets `answer` to its exit status. Fails
# where a process has to do it, with `arguments`, and, when `hasInput` is set, with `input` on its standard input.
_agent_ledger_try() {
  local REPLY field request place=$PWD:${LEDGER_ROOT-}:${LUKA_SOT-}
  local -i descriptor=-1 count=0
  arguments=("$@")
  (( $+builtins[zsocket] && $+builtins[zstat] && $+builtins[zselect] && $+sysparams && $+EPOCHREALTIME )) ||
    _agent_ledger_load || return
  [[ $_agent_ledger_lane[place] == $place ]] || _agent_ledger_places $place
  (( $#_agent_ledger_sockets )) || return
  # Who names the event, or sends many, needs no id of ours. The process gets the same one, and writes no second event.
  if [[ $name == (ledger-write|*-hook) ]] && (( ! ${argv[(I)--(id|stdin|import|help|version)(|=*)|run]} )) &&
    { (( _agent_ledger_process == sysparams[pid] )) || _agent_ledger_draw }; then
    # A UUID of version 7: what is random in it is drawn once by each process, and counted on from there.
    (( ++_agent_ledger_low, count = EPOCHREALTIME * 1000 ))
    printf -v REPLY '%08x-%04x-7%03x-%04x-%012x' $(( count >> 16 )) $(( count & 0xffff )) $_agent_ledger_high \
      $(( 0x8000 | _agent_ledger_low >> 48 )) $(( _agent_ledger_low & 0xffffffffffff ))
    arguments=(--id $REPLY "$@")
  fi
  if [[ $name == *-hook ]]; then
    # Without a daemon the process reads its input itself.
    for place in $_agent_ledger_sockets; do
      [[ -S $place ]] && { _agent_ledger_input "$@"; break }
    done
  fi
  count=0
  for field in HOME TZ TERM LUKA_SOT XDG_STATE_HOME HYBRID_LEDGER_DISABLE NO_COLOR FORCE_COLOR \
    ${(k)parameters[(I)LEDGER_*]}; do
    [[ ${(tP)field} == *export* ]] || continue
    field=$field=${(P)field}
    request+="${#field}:$field,"
    (( ++count ))
  done
  for field in "${(@)arguments}"; do request+="${#field}:$field,"; done
  (( hasInput )) && request="${#input}:$input,$request"
  field=
  [[ -t 0 ]] && field=i
  [[ -t 1 ]] && field+=o
  [[ -t 2 ]] && field+=m
  field="1 ${field:--} ${COLUMNS:-80} $hasInput $count"
  place=$_agent_ledger_lane[directory]
  request="${#field}:$field,${#place}:$place,${#name}:$name,$request"
  request="${#request}:$request,"
  # Only now: the daemon then wakes up once, and finds the whole request.
  for place in $_agent_ledger_sockets; do
    # One that is ours was made by a process of ours.
    [[ -S $place && -O $place ]] && { zsocket $place } 2>/dev/null && descriptor=REPLY && break
  done
  if (( descriptor < 0 )); then
    arguments=("$@")
    _agent_ledger_start
    return 1
  fi
  _agent_ledger_ask
  set -- $?
  exec {descriptor}>&-
  return $1
}

_agent_ledger_load() {
  zmodload zsh/parameter && zmodload -F zsh/net/socket b:zsocket && zmodload -F zsh/stat b:zstat &&
    zmodload -F zsh/system b:sysopen b:sysread b:syswrite p:sysparams && zmodload -F zsh/zselect b:zselect &&
    zmodload -F zsh/datetime p:EPOCHREALTIME
} 2>/dev/null

# Sends `request` on `descriptor` and takes the reply. Fails when nobody answers in time, or the call is not served.
_agent_ledger_ask() {
  # The daemon may be killed while it is being written to.
  trap '' PIPE
  if (( $#request <= 2048 )); then
    syswrite -o $descriptor -- $request || return
  else
    _agent_ledger_send || return
  fi
  sysread -t 0.05 -i $descriptor REPLY || return
  if [[ $REPLY == 4:1:0,, ]]; then answer=0; else _agent_ledger_receive; fi
}

# Notes where the socket of the working directory's root can be, as tools/lib/daemon/address.ts has it.
_agent_ledger_places() {
  local REPLY
  local -A root
  _agent_ledger_lane[place]=$1
  _agent_ledger_lane[directory]=${PWD:A}
  _agent_ledger_lane[root]=
  _agent_ledger_sockets=()
  _agent_ledger_root && zstat -H root $REPLY 2>/dev/null || return
  _agent_ledger_lane[root]=$REPLY
  [[ ${(Mt)XDG_RUNTIME_DIR} == *export* && $XDG_RUNTIME_DIR == /* ]] &&
    _agent_ledger_sockets+=($XDG_RUNTIME_DIR/agent-ledger/$root[device]-$root[inode].sock)
  _agent_ledger_sockets+=(
    $REPLY/.git/agent-ledger/ledgerd.sock
    /tmp/agent-ledger-$UID/$root[device]-$root[inode].sock
  )
  _agent_ledger_sockets=(${_agent_ledger_sockets:#?(#c104,)})
}

# Starts the daemon in the background where the configuration says so: the plugin does, once for each root.
_agent_ledger_start() {
  local root=$_agent_ledger_lane[root]
  [[ -n $root && ${_agent_ledger_lane[started]-$root} != $root ]] || return
  _agent_ledger_lane[started]=$root
  if [[ ${(t)LEDGER_DAEMON_AUTOSTART} == *export* ]]; then
    [[ $LEDGER_DAEMON_AUTOSTART == true ]] || return
  else
    [[ -r $root/ledger.config.json ]] || return
    [[ "$(<$root/ledger.config.json)" == *\"autostart\"[[:space:]]#:[[:space:]]#true* ]] || return
  fi
  setopt local_options no_monitor no_notify no_bg_nice
  command ledgerd start --root $root < /dev/null > /dev/null 2>&1 &!
}

# Sends `request` in pieces: writing more than the daemon has room for would wait for one that is stopped.
_agent_ledger_send() {
  local -i at
  local REPLY
  local -a reply
  for (( at = 1; at <= $#request; at += 2048 )); do
    zselect -t 200 -w $descriptor 2>/dev/null && syswrite -o $descriptor -- $request[at,at+2047] 2>/dev/null || return
  done
}

# Sets `input` to the client's payload where the hook would read it, as tools/lib/cli/hook/stdin.ts reads it: what comes
# within half a second, and no more once it looks whole.
_agent_ledger_input() {
  local chunk wait=0.5
  local -F start=$EPOCHREALTIME
  while (( $# )); do
    case $1 in
      (--agent) shift 2 ;;
      (--agent=*|--tools|--strict) shift ;;
      # An event, or a payload, among the arguments.
      (*) return ;;
    esac
  done
  hasInput=1 input=
  [[ -t 0 ]] && return
  while sysread -t $wait -s 65536 chunk 2>/dev/null; do
    input+=$chunk
    (( $#input < 4194304 && EPOCHREALTIME - start < 0.5 )) || return
    [[ $chunk == *\}[[:space:]]# ]] && wait=0.05 || wait=0.5
  done
}

# Goes on from what is in REPLY.
_agent_ledger_receive() {
  local buffer=$REPLY chunk
  local -i length
  local -F start=$EPOCHREALTIME
  for (( ;; )); do
    while [[ $buffer == 0:,* ]]; do buffer=$buffer[4,-1]; done
    if [[ $buffer == <->:* ]]; then
      length=${buffer%%:*}
      (( $#buffer >= $#length + length + 2 )) && break
    elif [[ -n $buffer && $buffer != <-> ]]; then
      return 1
    fi
    (( EPOCHREALTIME - start < 2 && EPOCHREALTIME >= start )) || return
    sysread -t 2 -s 65536 -i $descriptor chunk || return
    buffer+=$chunk
  done
  _agent_ledger_print $buffer[$#length+2,$#length+1+length]
}

# Prints the fields of a reply in their order and sets `answer`.
_agent_ledger_print() {
  local rest=$1 field
  local -i length=${1%%:*}
  field=$rest[$#length+2,$#length+1+length]
  [[ $field == <-> ]] || return
  answer=$field
  for (( ;; )); do
    rest=$rest[$#length+length+3,-1]
    [[ -n $rest ]] || return 0
    length=${rest%%:*}
    field=$rest[$#length+2,$#length+1+length]
    case $field[1] in
      (1) print -rn -- "$field[2,-1]" 2>/dev/null ;;
      (2) print -rnu2 -- "$field[2,-1]" ;;
    esac
  done
}

# A subshell has the parent's parameters, and must not make the parent's ids.
_agent_ledger_draw() {
  local bytes byte
  local -i descriptor drawn
  sysopen -r -o cloexec -u descriptor /dev/urandom && sysread -s 10 -i $descriptor bytes || return
  exec {descriptor}<&-
  (( $#bytes == 10 )) || return
  for byte in ${(s::)bytes}; do (( drawn = drawn << 8 | #byte )); done
  # The first two of ten were shifted out but for what is left of them; 62 bits with room to count, and 12 more.
  _agent_ledger_low=$(( drawn & 0x1fffffffffffffff ))
  byte=$bytes[1] _agent_ledger_high=$(( #byte << 4 ))
  byte=$bytes[2] _agent_ledger_high=$(( _agent_ledger_high | #byte & 15 ))
  _agent_ledger_process=$sysparams[pid]
}
