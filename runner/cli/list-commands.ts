import type { RunFlags } from "./flags.ts";
import { nearbyPath } from "./nearby-path.ts";

/** The command that shows the groups and hosts of an inventory. */
export const graphCommand = (files: readonly string[]): string => `ts-play inventory${sources(files)} --graph`;

/** The command that shows the tasks of a run. */
export const taskListCommand = (playbook: string, { inventory }: RunFlags): string =>
  `ts-play ${nearbyPath(playbook)}${sources(inventory)} --list-tasks`;

const sources = (files: readonly string[]): string => files.map((file) => ` -i ${file}`).join("");
