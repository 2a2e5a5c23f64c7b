import type { Footprint } from "../define/footprint.ts";

/** The footprint of one path, without what is below it. */
export const pathFootprint = (path: string): Footprint => `path:${path as `/${string}`}`;

/** The footprint of a path and all below it. */
export const treeFootprint = (path: string): Footprint => `tree:${path as `/${string}`}`;
