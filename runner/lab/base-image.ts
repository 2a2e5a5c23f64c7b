import { createHash } from "node:crypto";
import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { machineAptSettings, writeAptSettings } from "./apt-settings.ts";
import { basePackages, baseScript, recipeHash, suite } from "./base-recipe.ts";
import { createGroup, killGroup, removeGroup } from "./cgroup.ts";
import { type Command, confined } from "./confined.ts";
import { execute } from "./execute.ts";
import { exists } from "./exists.ts";
import { allRecords } from "./lab-record.ts";
import { nspawn } from "./nspawn.ts";

const buildTimeoutMs = 1_200_000;

/** The directory of the Debian image that hosts lie on; built on first use, which takes about a minute. The caller holds the lab lock. */
export async function ensureBase(directory: string, log: (line: string) => void): Promise<string> {
  const bases = join(directory, "base");
  const base = join(bases, recipeHash);
  await mkdir(bases, { recursive: true });
  if (!(await exists(base))) {
    await build(base, log);
    await removeUnusedBases(directory, base);
  }
  return base;
}

async function build(base: string, log: (line: string) => void): Promise<void> {
  const draft = `${base}.draft`;
  const started = Date.now();
  log(`building the Debian ${suite} image that hosts start from, once (about a minute)`);
  await buildIn(draft, (groups) => fill(draft, groups));
  // The name is the stamp: it appears when all is done.
  await rename(draft, base);
  log(`built the image in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Builds something in a directory with processes in a control group of its own, after whatever a killed build has left there. */
export async function buildIn(draft: string, work: (groups: readonly string[]) => Promise<void>): Promise<void> {
  const group = `base/${createHash("sha256").update(draft).digest("hex").slice(0, 12)}`;
  await killGroup(group);
  await removeTree(draft);
  await work(await createGroup(group));
  await removeGroup(group);
}

async function fill(root: string, groups: readonly string[]): Promise<void> {
  const settings = await machineAptSettings();
  const mirror = settings.mirror ? [settings.mirror] : [];
  const include = `--include=${basePackages.join(",")}`;
  const debootstrap = ["--variant=minbase", include, suite, root, ...mirror];
  await executeLong(confined(groups, { program: "debootstrap", args: debootstrap }));
  await writeAptSettings(root, settings);
  const script = `update-ca-certificates >/dev/null 2>&1\n${baseScript}`;
  const args = ["--pipe", `--directory=${root}`, "--as-pid2", "sh", "-euc", script];
  await executeLong(nspawn({ groups, args }));
}

export const executeLong = ({ program, args }: Command): Promise<string> =>
  execute(program, args, { timeoutMs: buildTimeoutMs });

/** Another checkout on this machine may have another recipe; two of them must not take each other's image away by turns. */
const spareMs = 86_400_000;

/** A base stays as long as a host of any lab lies on it, and for a day. */
async function removeUnusedBases(directory: string, newest: string): Promise<void> {
  const used = (await allRecords(directory)).flatMap(({ hosts }) => hosts).flatMap(({ base, image }) => [base, image]);
  const all = (await readdir(join(directory, "base"))).map((name) => join(directory, "base", name));
  for (const base of all.filter((path) => path !== newest && !used.includes(path))) {
    // The name of an image appears when it is built; nothing is put into its folder after that.
    const { ctimeMs } = await stat(base);
    if (Date.now() - ctimeMs > spareMs) await removeTree(base);
  }
}

export const removeTree = (path: string): Promise<string> =>
  execute("rm", ["-rf", "--one-file-system", path], { timeoutMs: 300_000 });
