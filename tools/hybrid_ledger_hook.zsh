#!/usr/bin/env zsh
# The older name of hybrid-hook: `hybrid_ledger_hook.zsh <event> <task_id> <summary> [data_json]`.
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" hybrid-hook "$@"
