/**
 * Modules of Node that only some calls need, loaded when they are: each costs about a millisecond, and a hook
 * runs on every tool call. A bundle is CommonJS and has `require`; source run directly has not.
 */
export interface Builtins {
  'node:child_process': typeof import('node:child_process');
  'node:crypto': typeof import('node:crypto');
  'node:net': typeof import('node:net');
  'node:os': typeof import('node:os');
  'node:tty': typeof import('node:tty');
  'node:zlib': typeof import('node:zlib');
}

export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return typeof require === 'function' ? require(name) : (process.getBuiltinModule(name) as Builtins[Name]);
}
