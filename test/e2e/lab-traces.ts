import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Lab } from "../../runner/lab/lab.ts";
import { tapPrefix } from "../../runner/lab/network.ts";

const run = promisify(execFile);

/** Everything on this machine that belongs to a lab: files, mounts, interfaces, translation rules, processes. */
export async function tracesOf(lab: Lab): Promise<readonly string[]> {
  const directory = join(lab.directory, lab.name);
  const lists = await Promise.all([
    readdir(lab.directory),
    readFile("/proc/self/mountinfo", "utf8"),
    run("ip", ["-oneline", "link", "show"]).then(({ stdout }) => stdout),
    run("nft", ["list", "tables"]).then(({ stdout }) => stdout),
    commandLines(),
  ]);
  const lines = lists.flatMap((list) => (typeof list === "string" ? list.split("\n") : list));
  return lines.filter(
    (line) => line === lab.name || [directory, lab.bridge, tapPrefix(lab.name)].some((mark) => line.includes(mark)),
  );
}

async function commandLines(): Promise<readonly string[]> {
  const ids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
}
