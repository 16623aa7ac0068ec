#!/usr/bin/env zsh
# The older name of session-summary: `cls_session_summary.zsh <session_id> [output_file]` prints the summary, or
# writes it to the file.
[[ ${1:-} == --* ]] || set -- --output "${2:--}" -- "${1:-}"
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" session-summary "$@"
