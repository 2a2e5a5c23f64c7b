import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { ControlMachine } from "../define/control-machine.ts";
import { secret } from "../define/secret.ts";
import { InputError } from "../errors.ts";
import { hashFile, listFolder, receiveFile, syncFolder } from "./local-files.ts";
import { askHere, fromFile } from "./prompt.ts";

/** The machine that this process runs on. */
export const thisMachine: ControlMachine = {
  async read(path) {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw unusable(path, "read", cause);
    }
  },
  readSecret: async (path) => secret((await fromFile("secret", path))()),
  async create(path, text, mode) {
    try {
      return await createWhole(path, text, mode);
    } catch (cause) {
      throw unusable(path, "written", cause);
    }
  },
  list: (folder) => orUnusable(folder, "read", () => listFolder(folder)),
  hash: (path) => orUnusable(path, "read", () => hashFile(path)),
  receive: (path, file) => receiveFile(path, file),
  remove: (path) => orUnusable(path, "removed", () => rm(path, { force: true })),
  variable: (name) => (process.env[name] ? secret(process.env[name]) : undefined),
  ask: async (question) => {
    const typed = await askHere(question);
    return typed === undefined ? undefined : secret(typed);
  },
};

/** A file that is there is whole and on the disk; link(2) replaces none. */
async function createWhole(path: string, text: string, mode: number): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(temporary, "wx", mode);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(temporary, path);
    await syncFolder(dirname(path));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}

async function orUnusable<T>(path: string, verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unusable(path, verb, cause);
  }
}

const unusable = (path: string, verb: string, cause: unknown): InputError =>
  new InputError(
    { code: "PKI001", place: { file: path }, message: `it cannot be ${verb}: ${(cause as Error).message}` },
    cause,
  );
