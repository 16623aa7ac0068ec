#!/usr/bin/env zsh
# The older name of ledger-validate: `ledger_schema_validate.zsh <day file>`.
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" ledger-validate "$@"
