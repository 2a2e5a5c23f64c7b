import type { Render } from "./workload/shell-script.ts";
/** Writes the workload in every contestant's language. */
export declare function makeWorkload(): void;
/** Renders the workload's templates for the scripts, which take no templates. */
export declare function renderer(): Render;
