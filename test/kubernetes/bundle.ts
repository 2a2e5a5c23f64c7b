import { existsSync } from "node:fs";
import { join } from "node:path";

/** The bundle that build.sh makes. */
export const BUNDLE = process.env.TS_PLAY_KUBERNETES_BUNDLE ?? "/var/cache/ts-play/kubernetes-1.34.4/bundle";
export const hasBundle = existsSync(join(BUNDLE, "bundle.json"));
