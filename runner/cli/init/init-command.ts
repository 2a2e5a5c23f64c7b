import { mkdir, readdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ExitCode, InputError } from "../../errors.ts";
import { count } from "../../report/words.ts";
import { replaceFile } from "../replace-file.ts";
import { manifest } from "../version.ts";
import { projectManifest } from "./manifest.ts";
import { starterFiles } from "./starter.ts";

/** May be there before: a new repository, or ts-play that was just installed. */
const WELCOME = [".git", ".gitignore", "LICENSE", "README.md", "node_modules", "package-lock.json", "package.json"];

/** `ts-play init`: a folder that works, with a playbook, a role, its tests and an inventory. What is there is never replaced. */
export async function initCommand(given: string, { force = false }: { readonly force?: boolean }): Promise<number> {
  const folder = resolve(given);
  if (!force) await refuseOthers(folder, given);
  const before = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
  const files = {
    ...(await starterFiles()),
    "package.json": projectManifest(nameFor(folder), before, manifest),
  };
  const kept: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const isDone =
      path === "package.json"
        ? await complete(join(folder, path), text, before)
        : await create(join(folder, path), text);
    if (!isDone) kept.push(path);
  }
  process.stdout.write(told(given, Object.keys(files).length - kept.length, kept));
  return ExitCode.done;
}

async function refuseOthers(folder: string, given: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory())
    throw new InputError({ code: "CLI013", message: `${given} is a file`, fix: "name a folder: ts-play init infra" });
  const others = found === undefined ? [] : (await readdir(folder)).filter((name) => !WELCOME.includes(name));
  if (others.length > 0)
    throw new InputError({
      code: "CLI013",
      message: `${given} is not empty: ${others.toSorted().join(", ")}`,
      fix: "name an empty folder (ts-play init infra), or add --force: what is there stays as it is, what is missing is added",
    });
}

/** False when it is there already, whatever is in it. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new InputError(
      { code: "CLI013", place: { file: path }, message: `it cannot be written: ${String(cause)}` },
      cause,
    );
  }
}

/** Adds what is missing; false when nothing is. */
async function complete(path: string, text: string, before: string | undefined): Promise<boolean> {
  if (before === undefined) return create(path, text);
  if (text === before) return false;
  const file = await realpath(path);
  await replaceFile(file, text, (await stat(file)).mode & 0o777);
  return true;
}

/** What npm allows as a name. */
const nameFor = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "infra";

function told(given: string, made: number, kept: readonly string[]): string {
  const there = kept.map((path) => `kept ${path}, which was there\n`).join("");
  const enter = given === "." ? "" : `  cd ${given}\n`;
  return `${there}wrote ${count(made, "file")}. Next:
${enter}  npm install
  npm run check && npm test
  npx ts-play site.ts -i hosts.yaml --check --diff
`;
}
