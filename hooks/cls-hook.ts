import { clsHook } from '../tools/lib/cli/commands/cls-hook.js';
import { runHookMain } from '../tools/lib/cli/hook/main.js';

runHookMain(clsHook);
