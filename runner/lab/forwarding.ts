import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";

const setting = "/proc/sys/net/ipv4/ip_forward";
const markOf = (directory: string): string => join(directory, ".forwarding-was-off");

/** Lets this machine pass packets between interfaces, and remembers when that was off before. */
export async function enableForwarding(directory: string): Promise<void> {
  if ((await readFile(setting, "utf8")).trim() === "0") {
    await writeFile(markOf(directory), "");
    await writeFile(setting, "1\n");
  }
}

/** Undoes `enableForwarding`. */
export async function restoreForwarding(directory: string): Promise<void> {
  if (await exists(markOf(directory))) {
    await writeFile(setting, "0\n");
    await rm(markOf(directory));
  }
}
