/**
 * The environment git runs in: the person's, without what would lead git to another repository (we may be called from
 * a git hook, where `GIT_DIR` and `GIT_INDEX_FILE` are set), put somebody else's name into a commit, or ask a question that nobody
 * reads. What chooses the transport and its credentials stays: a person's `GIT_SSH_COMMAND` is their way to the remote.
 */
type Environment = Record<string, string | undefined>;

const KEPT =
  /^GIT_(?:ASKPASS|SSH(?:_COMMAND|_VARIANT)?|SSL_.*|HTTP_.*|PROXY_.*|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|EXEC_PATH|ALLOW_PROTOCOL)$/;

/** @param repository the git directory to use, whatever the working directory is in */
export function gitEnvironment(environment: Environment, repository?: string): Environment {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(repository !== undefined && { GIT_DIR: repository }),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  };
}
