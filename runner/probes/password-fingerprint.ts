import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** SHA-256 of a user's crypt(5) hash, so that no answer holds the hash itself; undefined without a user. */
export const passwordFingerprint = defineProbe<string, string | undefined>({
  name: "passwordFingerprint",
  summary: "SHA-256 of the password hash in shadow(5).",
  command: (name) => sh`line=$(getent shadow ${name}) && line=\${line#*:} && printf %s "\${line%%:*}" | sha256sum`,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? stdout.slice(0, 64) : undefined),
  looksAt: (name) => [`user:${name}`, "account-files"],
  bare: () => undefined,
});
