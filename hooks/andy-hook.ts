import { andyHook } from '../tools/lib/cli/commands/andy-hook.js';
import { runHookMain } from '../tools/lib/cli/hook/main.js';

runHookMain(andyHook);
