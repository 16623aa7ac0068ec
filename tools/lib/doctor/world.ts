/**
 * What the checks see of the world. They look through this alone, so that each can be tried on a world that
 * has just its fault; `observe.ts` shows them the real one.
 */
import type { AgentOverview } from '../journal/overview.js';
import type { JsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import type { Client, Context } from '../setup/clients/client.js';
import type { CallingHook } from '../setup/hook-list.js';

/** A client's configuration in which it is wired, or which cannot be read. */
export interface WiredClient {
  client: Client;
  context: Context;
  path: string;
  text: string;
  /** What it holds; undefined when it cannot be parsed. */
  value: JsonObject | undefined;
  /** Why it cannot be parsed. */
  problem: string | undefined;
  hooks: CallingHook[];
  /** Events in which it is not wired and should be. */
  missing: string[];
}

export interface Look {
  mode: number;
  uid: number;
}

export interface Volume {
  freeBytes: number;
  /** The number of the file system's kind; each system has its own numbers. */
  kind: number;
}

/** A program to start. */
export interface Start {
  words: string[];
  environment: Record<string, string | undefined>;
  input?: string;
}

export interface World {
  place: Place;
  /** The root below the top of its repository. */
  prefix: string;
  home: string;
  uid: number;
  /** `darwin`, `linux`. */
  platform: string;
  environment: Record<string, string | undefined>;
  nowMs: number;
  /** What is wrong with ledger.config.json. */
  settingsProblem: string | undefined;
  clients: WiredClient[];
  agents: AgentOverview[];
  /** Values of core.hooksPath, each with the scope that sets it. */
  hooksPaths: { scope: string; path: string }[];
  read(path: string): string | undefined;
  list(path: string): string[];
  look(path: string): Look | undefined;
  /** Without links; the path itself when it is not there. */
  realPath(path: string): string;
  isWritable(path: string): boolean;
  ageMs(path: string): number | undefined;
  volume(path: string): Volume | undefined;
  isLocked(path: string): boolean;
  /** @returns what it printed; undefined when it could not be started, failed or took too long */
  start(start: Start): string | undefined;
}
