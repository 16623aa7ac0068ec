#!/usr/bin/env zsh
# The older name of status-update: `status_update.zsh <agent> <state> <last_heartbeat> [task_id] [session_id] [last_error]`.
'builtin' 'source' "${0:A:h}/zsh/execute.zsh" status-update "$@"
