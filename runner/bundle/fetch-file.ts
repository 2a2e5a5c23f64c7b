import { createWriteStream } from "node:fs";
import { copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "../errors.ts";
import { hashFile } from "./hash-file.ts";
import { isUrl, type Origin } from "./spec.ts";

/** Brings a file to its place in the bundle; one that is there with the wanted hash is not fetched again. Throws InputError. */
export async function fetchFile({ from, sha256 }: Origin, base: string, target: string): Promise<void> {
  if (sha256 !== undefined && (await isFile(target)) && (await hashFile(target)) === sha256) return;
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.draft`;
  try {
    await (isUrl(from) ? download(from, draft) : copyFile(resolve(base, from), draft));
    const found = await hashFile(draft);
    if (sha256 !== undefined && found !== sha256) throw new Error(`its SHA-256 is ${found}, not ${sha256}`);
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new InputError(
      {
        code: "BDL004",
        place: { file: from },
        message: `this cannot become ${target}: ${(cause as Error).message}`,
        fix: "correct where it comes from, or its hash",
      },
      cause,
    );
  }
}

async function download(url: string, target: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null) throw new Error(`the server answered ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(target));
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;
