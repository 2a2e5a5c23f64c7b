import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Drill, isDrill } from "../define/drill.ts";
import { isPlaybook, type Playbook } from "../define/playbook.ts";
import { InputError } from "../errors.ts";
import { placeOfThrow, whatWasThrown, withPlace } from "../plan/place-of-throw.ts";
import { diagnosticsOf } from "./compiler-output.ts";
import { bundlePlaybook } from "./playbook-bundle.ts";
import { replaceFile } from "./replace-file.ts";
import { stateDirectory } from "./state-directory.ts";
import { type Compiled, compileTypes } from "./type-check.ts";
import { version } from "./version.ts";

const LOAD_MS = 10_000;

/** A file of an author, and all that it imports. */
export interface LoadedFile {
  readonly file: string;
  /** SHA-256 over all its source files. */
  readonly hash: string;
}

export interface LoadedPlaybook extends LoadedFile {
  readonly playbook: Playbook;
}

export interface LoadedDrill extends LoadedFile {
  readonly drill: Drill;
}

/** What is kept of the last load: the module, and the files it was made of. */
interface CacheEntry {
  readonly hash: string;
  readonly files: readonly string[];
  readonly module: string;
  /** The compiler has found nothing wrong in these files. */
  readonly typesAreRight?: boolean | undefined;
}

/** Loads a playbook. Throws InputError. */
export async function loadPlaybook(given: string, options: { typeCheck?: boolean } = {}): Promise<LoadedPlaybook> {
  const { exported, ...loaded } = await loadFile(given, options);
  if (isPlaybook(exported)) return { ...loaded, playbook: exported };
  if (isDrill(exported)) throw notOne(given, "a drill, not a playbook", `ts-play drill ${given} -i hosts.yaml`);
  const found = exported === undefined ? "no default export" : "a default export that is not a playbook";
  throw notOne(given, found, "export default definePlaybook({ ... })");
}

/** Loads a drill. Throws InputError. */
export async function loadDrill(given: string, options: { typeCheck?: boolean } = {}): Promise<LoadedDrill> {
  const { exported, ...loaded } = await loadFile(given, options);
  if (isDrill(exported)) return { ...loaded, drill: exported };
  throw new InputError({
    code: "DRL001",
    place: { file: given },
    message: isPlaybook(exported) ? "the file has a playbook, not a drill" : "the file exports no drill",
    fix: isPlaybook(exported) ? `ts-play ${given} -i hosts.yaml` : "export default defineDrill({ ... })",
  });
}

/**
 * Loads a file and what it imports; with `typeCheck` its types are compiled as well.
 * A second load of unchanged files takes no compiler. Throws InputError.
 */
async function loadFile(given: string, { typeCheck = false }): Promise<LoadedFile & { readonly exported: unknown }> {
  const file = resolve(given);
  await requireFile(file, given);
  const cache = join(await stateDirectory(dirname(file)), "cache");
  const name = sha256([version, import.meta.url, file]).slice(0, 16);
  const index = join(cache, `${name}.json`);
  const known = await cached(index);
  const wantsCheck = typeCheck && !known?.typesAreRight;
  const entry = wantsCheck
    ? await checked(file, join(cache, name), index, () => known ?? compile(file, cache, index))
    : (known ?? (await compile(file, cache, index)));
  return { exported: await importModule(entry.module, given), file, hash: entry.hash };
}

/** Bundles and compiles types at the same time, and remembers when nothing was wrong. */
async function checked(
  file: string,
  folder: string,
  index: string,
  bundle: () => CacheEntry | Promise<CacheEntry>,
): Promise<CacheEntry> {
  const bundled = new AbortController();
  const compiling = compileTypes(file, folder, bundled.signal);
  try {
    const entry = await bundle();
    const compiled = await compiling;
    if (compiled === undefined || !(await areRight(compiled, entry.files))) return entry;
    await replaceFile(index, JSON.stringify({ ...entry, typesAreRight: true }));
    return entry;
  } finally {
    bundled.abort();
    await compiling;
  }
}

/** Throws InputError with what is wrong; false, and a note, when the compiler could not tell. */
async function areRight({ output, folder, fault }: Compiled, files: readonly string[]): Promise<boolean> {
  if (fault !== undefined) {
    process.stderr.write(`note: the types of the playbook were not checked: ${fault}\n`);
    return false;
  }
  const own = files.filter((file) => !file.includes("/node_modules/"));
  const problems = await diagnosticsOf(output, folder, own);
  if (problems.length) throw new InputError(problems);
  return true;
}

async function requireFile(file: string, given: string): Promise<void> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError(
      {
        code: "PLY001",
        message: `cannot read the playbook ${given}: ${cause.code}`,
        fix: "give the path of a playbook file",
      },
      cause,
    );
  });
  if (!found.isFile())
    throw new InputError({
      code: "PLY001",
      message: `${given} is not a file`,
      fix: "give the path of a playbook file",
    });
}

async function cached(index: string): Promise<CacheEntry | undefined> {
  try {
    const entry = JSON.parse(await readFile(index, "utf8")) as CacheEntry;
    await stat(entry.module);
    return (await hashFiles(entry.files)) === entry.hash ? entry : undefined;
  } catch {
    // Nothing cached, or not readable: compile again.
    return undefined;
  }
}

async function compile(file: string, folder: string, index: string): Promise<CacheEntry> {
  const { code, files } = await bundlePlaybook(file);
  const entry = { hash: await hashFiles(files), files, module: join(folder, `${sha256([code]).slice(0, 24)}.mjs`) };
  await mkdir(folder, { recursive: true });
  await replaceFile(entry.module, code);
  await replaceFile(index, JSON.stringify(entry));
  return entry;
}

const hashFiles = async (files: readonly string[]): Promise<string> =>
  sha256(await Promise.all(files.map(async (file) => `${file}\0${sha256([await readFile(file, "utf8")])}`)));

const sha256 = (parts: readonly string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex");

async function importModule(module: string, given: string): Promise<unknown> {
  process.setSourceMapsEnabled(true);
  return (await withDeadline(import(pathToFileURL(module).href), given)).default;
}

const notOne = (file: string, found: string, fix: string): InputError =>
  new InputError({ code: "PLY001", place: { file }, message: `the file has ${found}`, fix });

async function withDeadline(loading: Promise<{ default?: unknown }>, given: string): Promise<{ default?: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(given)), LOAD_MS);
  });
  try {
    return await Promise.race([loading, late]);
  } catch (cause) {
    if (cause instanceof InputError) throw withPlace(cause);
    const message = `the playbook threw while loading: ${whatWasThrown(cause)}`;
    throw new InputError({ code: "PLY004", place: placeOfThrow(cause, given), message }, cause);
  } finally {
    clearTimeout(timer);
  }
}

const tooSlow = (file: string): InputError =>
  new InputError({
    code: "PLY004",
    place: { file },
    message: `loading takes longer than ${LOAD_MS / 1000} s`,
    fix: "leave what takes long, such as requests, to tasks",
  });
