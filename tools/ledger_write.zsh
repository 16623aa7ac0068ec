#!/usr/bin/env zsh
# The older name of ledger-write: `ledger_write.zsh <agent> <event> <task_id> <source> <summary> [data_json]`.
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" ledger-write "$@"
