import { readFile, stat } from "node:fs/promises";
import { UnreachableError } from "../../errors.ts";
import type { KnownHosts } from "./known-hosts.ts";
import { parseKnownHosts } from "./known-hosts-file.ts";

/** Reads known_hosts files; those that do not exist are left out. Throws UnreachableError (HK006) for one that others may change. */
export const readKnownHosts = async (host: string, files: readonly string[]): Promise<KnownHosts> => {
  const parsed = await Promise.all(files.map(async (file) => parseKnownHosts(file, await readSafely(host, file))));
  return { entries: parsed.flatMap(({ entries }) => entries), broken: parsed.flatMap(({ broken }) => broken) };
};

const readSafely = async (host: string, file: string): Promise<string> => {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o022) === 0) return await readFile(file, "utf8");
    throw unusable(
      host,
      file,
      `others may write to it (mode ${(mode & 0o777).toString(8).padStart(4, "0")})`,
      `chmod go-w ${file}`,
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof UnreachableError) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw unusable(host, file, `it cannot be read (${code})`, "make it readable");
  }
};

const unusable = (host: string, file: string, why: string, fix: string): UnreachableError =>
  new UnreachableError(host, "host_key", `HK006: ${file} is not used: ${why}`, { fix });
