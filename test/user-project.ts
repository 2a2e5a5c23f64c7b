import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript/bin/tsc");
/** What a person's own folder has besides their files; a test may bring its own. */
const basis = {
  "package.json": `{ "type": "module", "private": true }\n`,
  "tsconfig.json": `{ "extends": "ts-play/tsconfig.json", "include": ["**/*.ts"] }\n`,
};

/** A folder as a person who uses ts-play has it, with ts-play, vitest and the types of node installed; removed afterwards. */
export async function withUserProject<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-user-"));
  try {
    for (const [path, text] of Object.entries({ ...basis, ...files })) await put(join(folder, path), text);
    await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
    await installTypes(join(folder, "node_modules", "ts-play"));
    for (const name of ["@types/node", "undici-types", "vitest"])
      await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** The package as it is installed, of the sources as they are, without its programs. */
async function installTypes(copy: string): Promise<void> {
  await mkdir(copy);
  for (const path of ["bin", "package.json", "tsconfig.base.json"])
    await cp(join(root, path), join(copy, path), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  await outcomeOf(process.execPath, [tsc, "-p", "tsconfig.types.json", "--outDir", join(copy, "dist/types")], root);
}

/** Builds the programs of the folder's ts-play, and puts those that `npx` finds where it looks for them. */
export async function installPrograms(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await outcomeOf(process.execPath, [join(root, "scripts/build.js"), join(modules, "ts-play/dist")], root);
  const programs = { "ts-play": join(modules, "ts-play/bin/ts-play.js"), tsc, vitest: "vitest/vitest.mjs" };
  await symlink(join(root, "node_modules/typescript"), join(modules, "typescript"));
  await mkdir(join(modules, ".bin"));
  for (const [name, path] of Object.entries(programs))
    await symlink(resolve(root, "node_modules", path), join(modules, ".bin", name));
}

/** What the compiler has against the files of a folder, as `file(line,column): error TS...: ...`. */
export async function typeErrors(folder: string): Promise<readonly string[]> {
  const { stdout } = await outcomeOf(process.execPath, [tsc, "-p", "."], folder);
  return stdout.split("\n").filter((line) => /^\S.*error TS/.test(line));
}

export interface ProgramOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most for two minutes. */
export const outcomeOf = (program: string, args: readonly string[], cwd: string): Promise<ProgramOutcome> =>
  new Promise((resolve, reject) => {
    const options = { cwd, timeout: 120_000, env: { ...process.env, NO_COLOR: "1", CI: "1" } };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });

/** Runs a program that makes this machine its host. It has a /run of its own, since the lock there lets one run in, and other tests are at work. */
export const outcomeHere = (program: string, args: readonly string[], cwd: string): Promise<ProgramOutcome> =>
  outcomeOf("unshare", ["--mount", "sh", "-euc", OWN_RUN, program, ...args], cwd);

const OWN_RUN = 'mount -t tmpfs tmpfs /run; exec "$0" "$@"';
