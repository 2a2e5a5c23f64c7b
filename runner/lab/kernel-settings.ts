import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";

/** What a lab needs of this machine's kernel: packets between interfaces, and inotify instances (each host's systemd takes several). */
const NEEDED = { "net/ipv4/ip_forward": 1, "fs/inotify/max_user_instances": 8192 } as const;

/**
 * What a privileged host changes of this machine's kernel: the kubelet (setupKernelTunables of its container manager), and
 * systemd-sysctl from the files that Debian brings. What concerns the network is each host's own.
 */
const REACHED = [
  ...["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"],
  ...["kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes", "kernel/pid_max"],
  ...["fs/protected_fifos", "fs/protected_hardlinks", "fs/protected_regular", "fs/protected_symlinks"],
];

/** Where the kernel has its settings, and where a lab remembers what they were. */
export interface KernelPlaces {
  readonly directory: string;
  /** /proc/sys by default. */
  readonly settings?: string;
}

/** Raises the kernel's settings where they are too low, and remembers what they were. */
export async function raiseKernelSettings(places: KernelPlaces): Promise<void> {
  for (const [setting, needed] of Object.entries(NEEDED)) {
    const now = await settingNow(places, setting);
    if (now === undefined || Number(now) >= needed) continue;
    await remember(places, setting, now);
    await writeFile(fileOf(places, setting), `${needed}\n`);
  }
}

/** Remembers what privileged hosts may change, before the first of them boots: what is remembered already is older, and stays. */
export async function rememberKernelSettings(places: KernelPlaces): Promise<void> {
  for (const setting of REACHED) {
    const now = await settingNow(places, setting);
    if (now !== undefined && !(await exists(markOf(places, setting)))) await remember(places, setting, now);
  }
}

/** Puts back what no lab of `left` needs or may change any more: the last privileged one, and the last of all. */
export async function restoreKernelSettings(
  places: KernelPlaces,
  left: readonly { readonly privileged: boolean }[],
): Promise<void> {
  const settings = [
    ...(left.some(({ privileged }) => privileged) ? [] : REACHED),
    ...(left.length > 0 ? [] : Object.keys(NEEDED)),
  ];
  for (const setting of settings) await restore(places, setting);
}

async function restore(places: KernelPlaces, setting: string): Promise<void> {
  const mark = markOf(places, setting);
  if (!(await exists(mark))) return;
  const before = await readFile(mark, "utf8");
  if ((await settingNow(places, setting)) !== before) await writeFile(fileOf(places, setting), before);
  await rm(mark);
}

/** In one step, so that a crash leaves no half of a value. */
async function remember(places: KernelPlaces, setting: string, value: string): Promise<void> {
  const mark = markOf(places, setting);
  await writeFile(`${mark}.new`, value);
  await rename(`${mark}.new`, mark);
}

/** Undefined when this kernel has no such setting. */
const settingNow = (places: KernelPlaces, setting: string): Promise<string | undefined> =>
  readFile(fileOf(places, setting), "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );

const fileOf = ({ settings = "/proc/sys" }: KernelPlaces, setting: string): string => join(settings, setting);
const markOf = ({ directory }: KernelPlaces, setting: string): string =>
  join(directory, `.before-${setting.replaceAll("/", ".")}`);
