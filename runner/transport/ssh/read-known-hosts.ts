import { readFile, stat } from "node:fs/promises";
import { UnreachableError } from "../../errors.ts";
import type { KnownHosts } from "./known-hosts.ts";
import { parseKnownHosts } from "./known-hosts-file.ts";

/** Reads known_hosts files; those that do not exist are left out. Throws UnreachableError (HK006) for one that others may change. */
export type ReadKnownHosts = (host: string, files: readonly string[]) => Promise<KnownHosts>;

interface Remembered {
  readonly stamp: string;
  readonly content: Promise<KnownHosts>;
}

/** A reader that parses a file again only when it has changed: the file of a large fleet takes milliseconds, and each host asks for it. */
export const createKnownHostsReader = (): ReadKnownHosts => {
  const remembered = new Map<string, Remembered>();

  const readOnce = async (host: string, file: string): Promise<KnownHosts> => {
    const stamp = await safeStamp(host, file);
    const known = remembered.get(file);
    if (known?.stamp === stamp) return known.content;
    const content = readFile(file, "utf8").then((text) => parseKnownHosts(file, text));
    remembered.set(file, { stamp, content });
    return content;
  };

  return async (host, files) => {
    const found = await Promise.all(
      files.map((file) => readOnce(host, file).catch((error) => unread(host, file, error))),
    );
    return { entries: found.flatMap(({ entries }) => entries), broken: found.flatMap(({ broken }) => broken) };
  };
};

const nothing: KnownHosts = { entries: [], broken: [] };

/** Differs when the file has changed. */
const safeStamp = async (host: string, file: string): Promise<string> => {
  const { mode, ino, size, mtimeMs, ctimeMs } = await stat(file);
  if ((mode & 0o022) === 0) return [ino, size, mtimeMs, ctimeMs].join(" ");
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw unusable(host, file, `others may write to it (mode ${shown})`, `chmod go-w ${file}`);
};

const unread = (host: string, file: string, error: unknown): KnownHosts => {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof UnreachableError) throw error;
  if (code === "ENOENT" || code === "ENOTDIR") return nothing;
  throw unusable(host, file, `it cannot be read (${code})`, "make it readable");
};

const unusable = (host: string, file: string, why: string, fix: string): UnreachableError =>
  new UnreachableError(host, "host_key", `HK006: ${file} is not used: ${why}`, { fix });
