import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";

/** What a lab needs of this machine's kernel: packets between interfaces, and inotify instances (each host's systemd takes several). */
const NEEDED = { "net/ipv4/ip_forward": 1, "fs/inotify/max_user_instances": 8192 } as const;

const fileOf = (setting: string): string => join("/proc/sys", setting);
const markOf = (directory: string, setting: string): string =>
  join(directory, `.before-${setting.replaceAll("/", ".")}`);

/** Raises the kernel's settings where they are too low, and remembers what they were. */
export async function raiseKernelSettings(directory: string): Promise<void> {
  for (const [setting, needed] of Object.entries(NEEDED)) {
    const now = (await readFile(fileOf(setting), "utf8")).trim();
    if (Number(now) >= needed) continue;
    await writeFile(markOf(directory, setting), now);
    await writeFile(fileOf(setting), `${needed}\n`);
  }
}

/** Undoes `raiseKernelSettings`. */
export async function restoreKernelSettings(directory: string): Promise<void> {
  for (const setting of Object.keys(NEEDED)) {
    const mark = markOf(directory, setting);
    if (!(await exists(mark))) continue;
    await writeFile(fileOf(setting), await readFile(mark, "utf8"));
    await rm(mark);
  }
}
