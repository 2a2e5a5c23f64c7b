import { execFileSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { type BadInput, type BadInputs, fix, goodArguments } from "./bad-input.ts";

const flags = (args: readonly string[], ...says: BadInput["says"]): BadInput => ({
  args: [...goodArguments, ...args],
  says,
});

/** What can be wrong with a command line and the files it names. */
export const badFlags: BadInputs = {
  "an unknown flag": flags(["--chekc"], "--chekc", "--check"),
  "a flag without its value": flags(["--limit"], "--limit"),
  "a limit that matches nothing": flags(["--limit", "webz"], "CLI004", "webz"),
  "a limit that is empty": flags(["--limit="], "CLI003", /pattern/, fix),
  "no forks": flags(["--forks", "0"], "forks", "1"),
  "forks in words": flags(["--forks", "many"], "forks"),
  "check and resume": flags(["--check", "--resume"], "CLI006", fix),
  "an extra variable without a value": flags(["-e", "anything"], "CLI007", fix),
  "an extra file that is broken": {
    files: { "extra.json": "{ not json" },
    args: [...goodArguments, "-e", "@extra.json"],
    says: [/CLI007|INV0\d\d/, "extra.json"],
  },
  "no inventory at all": { args: ["shell.ts"], says: [/CLI003|INV/, fix] },
  "an unknown role": flags(["--role", "shel"], "CLI004", "shell"),
  "an unknown tag": flags(["--tags", "none"], "CLI004", "none"),
  "an unknown task to start at": flags(["--start-at", "shell/nothing"], "CLI004"),
  "a resume of nothing": { args: ["slow.ts", "-i", "hosts.yaml", "--resume"], says: ["CLI010", fix] },
  "a password to type without a terminal": flags(["-k"], "CLI009", "--password-file"),
  "a password file for all to read": {
    files: { password: "secret-text\n" },
    prepare: (folder) => chmod(join(folder, "password"), 0o644),
    args: [...goodArguments, "--password-file", "password"],
    says: ["VLT004", "password", fix],
  },
  "a password file that is empty": {
    files: { "empty-password": "\n" },
    args: [...goodArguments, "--password-file", "empty-password"],
    says: ["VLT005"],
  },
  "a plan that is none": { files: { "plan.json": "{}" }, args: ["apply", "plan.json"], says: ["PLN001", fix] },
  "a private key that is not there": flags(["--private-key", "none"], /KEY00\d/, "none"),
  "a private key for all to read": {
    prepare: async (folder) => chmod(await makeKey(folder, "open-key"), 0o644),
    args: [...goodArguments, "--private-key", "open-key"],
    says: [/KEY00\d/, "open-key", fix],
  },
  "the public half of a key": {
    prepare: (folder) => makeKey(folder, "half-key"),
    args: [...goodArguments, "--private-key", "half-key.pub"],
    says: [/KEY00\d/, "half-key.pub"],
  },
};

async function makeKey(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return path;
}
