import { hybridHook } from '../tools/lib/cli/commands/hybrid-hook.js';
import { runHookMain } from '../tools/lib/cli/hook/main.js';

runHookMain(hybridHook);
