import { type BenchHost } from "./spec.ts";
/** Gives the text of a template for a host. */
export type Render = (template: string, host: BenchHost) => string;
/** Task by task, one after the other, with the processes that takes: what the best task-by-task runner could reach. */
export declare const naiveScript: (host: BenchHost, render: Render) => string;
/**
 * The least that anything can do over one connection: eight commands look at everything,
 * and only when something is not as it should be is the work done task by task.
 */
export declare function batchedScript(host: BenchHost, render: Render): string;
