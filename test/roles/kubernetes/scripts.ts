import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Command } from "ts-play";

interface Around {
  /** Files in the place of those below /etc/kubernetes, by their path there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Bodies of shell scripts that answer in the place of programs, by name. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Runs a script of a control plane on this machine, with answers of a cluster that is not there. */
export function runScript(script: Command | string, { files = {}, programs = {} }: Around) {
  const folder = mkdtempSync(join(tmpdir(), "script-"));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(`etc/${path}`, text);
  for (const [name, body] of Object.entries(programs)) {
    put(`bin/${name}`, `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  const text = String(script).replaceAll("/etc/kubernetes", join(folder, "etc"));
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  const { stdout, stderr, status } = spawnSync("sh", ["-c", text], { encoding: "utf8", env });
  rmSync(folder, { recursive: true });
  return { stdout, stderr, exitCode: status ?? -1 };
}
