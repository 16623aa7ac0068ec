import { join } from 'node:path';
import { fileStore, OWN_MARK, ownFile } from '../target.js';
import { type Client, type Context, hookWords } from './client.js';

/** opencode loads every file of its plugins directory; ours passes the raw events of its bus on. */
export const opencode: Client = {
  name: 'opencode',
  title: 'opencode',
  executable: 'cls-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const store = fileStore(join(pluginsDirectory(context), 'agent-ledger.js'), context.scope);
    return [ownFile(store, pluginText(context))];
  },
  notes: () => ['opencode loads the plugin when it starts again'],
};

function pluginsDirectory({ scope, project, home, environment }: Context): string {
  if (scope === 'project') return join(project, '.opencode/plugins');
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'opencode/plugins');
}

function pluginText(context: Context): string {
  const [shim, ...args] = hookWords(opencode, context, 'opencode');
  const command =
    context.scope === 'user'
      ? JSON.stringify(shim)
      : `\`\${process.env.HOME}/.local/share/agent-ledger/bin/${opencode.executable}\``;
  return `// ${OWN_MARK}: passes events of opencode to the ledger.
const command = ${command};
const args = ${JSON.stringify(args)};
${PLUGIN}`;
}

const PLUGIN = `import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

const timeoutMs = 5000;
const passed = new Set(["session.created", "session.deleted", "session.idle", "session.error", "file.edited"]);

/** Messages change with every piece of their text: a prompt is passed on at once, an answer when it is whole. */
const isPassed = ({ type, properties }) => {
  const info = properties?.info;
  if (type === "message.updated") return info?.role === "user" || Boolean(info?.time?.completed);
  return passed.has(type);
};

export const AgentLedger = async ({ directory }) => {
  let last = Promise.resolve();
  // One after the other, so that events arrive in their order.
  const send = (event) => {
    last = last.then(() => deliver({ ...event, directory }));
    return last;
  };
  return {
    event: async ({ event }) => {
      if (isPassed(event)) await send(event);
    },
    "tool.execute.after": async (input) => {
      await send({ type: "tool.execute.after", properties: input });
    },
  };
};

const deliver = (payload) =>
  new Promise((resolve) => {
    if (!existsSync(command)) return resolve();
    const child = spawn(command, args, { cwd: payload.directory, stdio: ["pipe", "ignore", "ignore"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    child.on("error", done);
    child.on("close", done);
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(payload));
  });
`;
