import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type BundleFile, type BundleList, readBundleList } from "../define/offline-bundle.ts";
import { InputError, type Problem } from "../errors.ts";
import { hashFile } from "./hash-file.ts";

/** Compares each file of a bundle with its list. Throws InputError with all that differ. */
export async function verifyBundle(folder: string): Promise<BundleList> {
  const list = readBundleList(folder);
  const problems: Problem[] = [];
  for (const file of list.files) {
    const message = await differenceOf(folder, file);
    if (message === undefined) continue;
    problems.push({
      code: "BDL002",
      place: { file: join(folder, file.path) },
      message,
      fix: "build or copy the bundle anew",
    });
  }
  if (problems.length > 0) throw new InputError(problems);
  return list;
}

async function differenceOf(folder: string, { path, bytes, sha256 }: BundleFile): Promise<string | undefined> {
  const place = join(folder, path);
  const size = (await stat(place).catch(() => undefined))?.size;
  if (size === undefined) return "this file of the bundle is missing";
  if (size !== bytes) return `it has ${size} bytes, and the list of the bundle says ${bytes}`;
  return (await hashFile(place)) === sha256 ? undefined : "its content is not what the list of the bundle says";
}
