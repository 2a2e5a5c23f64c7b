import { execFile } from "node:child_process";
import { access, mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { replaceFile } from "./replace-file.ts";

const DEADLINE_MS = 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** What the compiler printed about a playbook, and the folder that its paths are relative to; `fault` says why it could not judge. */
export interface Compiled {
  readonly output: string;
  readonly folder: string;
  readonly fault: string | undefined;
}

/**
 * Compiles the types of a playbook and what it imports, as the nearest tsconfig.json says, with the TypeScript that its folder has.
 * Undefined where there is none of the two: the author does not check types. `cache` is where a second time is made quicker.
 */
export async function compileTypes(
  playbook: string,
  cache: string,
  signal: AbortSignal,
): Promise<Compiled | undefined> {
  const folder = dirname(playbook);
  const [compiler, settings] = await Promise.all([findCompiler(playbook), findUpwards(folder, "tsconfig.json")]);
  if (compiler === undefined || settings === undefined) return undefined;
  try {
    const own = await ownSettings(playbook, settings, cache);
    const { output, fault } = await compile([compiler, "-p", own, "--noEmit", "--pretty", "false"], folder, signal);
    return { output, folder, fault: fault ?? settingsFault(output) };
  } catch (error) {
    return { output: "", folder, fault: String(error) };
  }
}

async function findCompiler(playbook: string): Promise<string | undefined> {
  try {
    const manifest = createRequire(playbook).resolve("typescript/package.json");
    const { bin } = JSON.parse(await readFile(manifest, "utf8")) as { bin: { tsc: string } };
    return join(dirname(manifest), bin.tsc);
  } catch {
    // Not installed.
    return undefined;
  }
}

async function findUpwards(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : findUpwards(parent, name);
}

/** The author's settings for this playbook alone: tests and other playbooks of the project take no time, and what `include` forgets is seen. */
async function ownSettings(playbook: string, settings: string, cache: string): Promise<string> {
  const root = dirname(settings);
  // The compiler looks for packages of types from here upwards.
  if (!cache.startsWith(join(root, "/"))) return settings;
  const file = join(cache, "types.json");
  const text = {
    extends: settings,
    compilerOptions: {
      noEmit: true,
      // As Node and the bundler read them.
      allowImportingTsExtensions: true,
      composite: false,
      declaration: false,
      incremental: true,
      tsBuildInfoFile: join(cache, "types.tsbuildinfo"),
    },
    files: [playbook],
    include: [join(root, "**/*.d.ts")],
    exclude: [join(root, "**/node_modules"), join(root, "dist")],
    references: [],
  };
  await mkdir(cache, { recursive: true });
  await replaceFile(file, JSON.stringify(text));
  return file;
}

/** The compiler's launcher starts another process, so that the group of both is ended. */
function compile(args: readonly string[], cwd: string, signal: AbortSignal): Promise<Omit<Compiled, "folder">> {
  return new Promise((done) => {
    const options = { cwd, detached: true, maxBuffer: MAX_OUTPUT_BYTES };
    const child = execFile(process.execPath, [...args], options, (error, output, stderr) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      const ended = error === null || (typeof error.code === "number" && output !== "");
      done({ output, fault: late ?? (ended ? undefined : `tsc could not run: ${lastLine(stderr) || error.message}`) });
    });
    let late: string | undefined;
    const end = () => endGroup(child.pid);
    const timer = setTimeout(() => {
      late = `tsc did not end within ${DEADLINE_MS / 1000} s`;
      end();
    }, DEADLINE_MS);
    signal.addEventListener("abort", end);
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It had ended already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

/** An error without a place, or one in the settings: then nothing else can be relied on. */
const settingsFault = (output: string): string | undefined =>
  /^(?:\S*\.json\(\d+,\d+\): )?error TS\d+: .*$/m.exec(output)?.[0];
