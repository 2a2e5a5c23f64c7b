import { existsSync, readFileSync } from "node:fs";

/** The package's own description, seen from the built file or from the source. */
const file = ["../package.json", "../../package.json"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

/** The version of this copy. */
export const version: string = file
  ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version
  : "unknown";
