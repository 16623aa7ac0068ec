#!/usr/bin/env -S zsh -f
# A hook for an agent's client, through ledgerd where it runs: `zsh -f ledger-hook.zsh <cls|andy|hybrid> [argument …]`,
# with the client's JSON on standard input or as last argument, as cls-hook, andy-hook and hybrid-hook take it.
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" "${1:-cls}-hook" "${@:2}"
