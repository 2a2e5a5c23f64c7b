import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { promisify } from "node:util";
import { type Secret, secret } from "../../define/secret.ts";
import { InputError } from "../../errors.ts";
import { fromFile } from "../prompt.ts";

const DEADLINE_MS = 60_000;
const MAX_BYTES = 64 * 1024;
const run = promisify(execFile);

/**
 * A vault password from a file, or from what a program prints when the file may be executed. A program whose name ends in
 * `-client` is told the label, as Ansible tells it. Throws InputError.
 */
export async function passwordFrom(path: string, label: string | undefined): Promise<Secret> {
  const text = (await isProgram(path)) ? await printed(path, label) : (await fromFile("vault password", path))().trim();
  if (text === "")
    throw new InputError({ code: "VLT005", place: { file: path }, message: "it gives no vault password" });
  return secret(text);
}

async function isProgram(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || !(found.mode & 0o111)) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** It has nothing on standard input, and what it says on standard error is told only when it fails: a question belongs on /dev/tty. */
async function printed(path: string, label: string | undefined): Promise<string> {
  const wantsLabel = label !== undefined && /-client(\.[^.]*)?$/.test(basename(path));
  try {
    const { stdout } = await run(resolve(path), wantsLabel ? ["--vault-id", label] : [], {
      timeout: DEADLINE_MS,
      maxBuffer: MAX_BYTES,
    });
    return stdout.replace(/^[\r\n]+|[\r\n]+$/g, "");
  } catch (cause) {
    const { code, stderr = "" } = cause as { code?: number | string; stderr?: string };
    const said = stderr.trim().split("\n").at(-1);
    throw new InputError(
      {
        code: "VLT007",
        place: { file: path },
        message: `the program that gives the vault password failed: ${code === undefined ? "it did not end in time" : `exit ${code}`}${said ? `, ${said}` : ""}`,
        fix: "run it by hand: it prints the password, and nothing else, on standard output",
      },
      cause,
    );
  }
}
