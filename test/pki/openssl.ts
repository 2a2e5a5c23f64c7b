import { execFileSync } from "node:child_process";

/** Runs openssl; gives what it printed. Throws with its words when it fails. */
export const openssl = (...args: readonly string[]): string =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
