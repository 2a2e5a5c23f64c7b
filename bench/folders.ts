import { join } from "node:path";

/** The project's folder; scripts/bench.js goes there before anything else. */
export const project = process.cwd();
/** What the benchmark makes and may be deleted at any time. */
export const cache = join(project, "bench", ".cache");
/** Playbooks, templates and scripts as this run made them. */
export const made = join(cache, "made");
export const logs = join(cache, "logs");
/** Where bench/peers.sh installs, unless it is told another folder. */
export const defaultPeers = join(cache, "peers");
