import { existsSync, readFileSync } from "node:fs";

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The package's own description, seen from the built file or from the source. */
const file = ["../package.json", "../../package.json"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

export const manifest: Manifest = file
  ? (JSON.parse(readFileSync(file, "utf8")) as Manifest)
  : { version: "unknown", devDependencies: {} };

/** The version of this copy. */
export const version: string = manifest.version;
