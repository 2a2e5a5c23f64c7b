import { access, constants, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type Secret, secret } from "../../define/secret.ts";
import { InputError } from "../../errors.ts";
import { ProgramFailure, programOutput } from "../program-output.ts";
import { fromFile } from "../prompt.ts";

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

async function printed(path: string, label: string | undefined): Promise<string> {
  const wantsLabel = label !== undefined && /-client(\.[^.]*)?$/.test(basename(path));
  try {
    const text = await programOutput(resolve(path), wantsLabel ? ["--vault-id", label] : []);
    return text.replace(/^[\r\n]+|[\r\n]+$/g, "");
  } catch (cause) {
    if (!(cause instanceof ProgramFailure)) throw cause;
    throw new InputError(
      {
        code: "VLT007",
        place: { file: path },
        message: `the program that gives the vault password failed: ${cause.message}`,
        fix: "run it by hand: it prints the password, and nothing else, on standard output",
      },
      cause,
    );
  }
}
