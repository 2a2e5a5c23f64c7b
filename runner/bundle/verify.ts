import type { BundlePlace } from "../define/bundle-place.ts";
import { type BundleFile, type BundleList, openBundle, sizeFault } from "../define/offline-bundle.ts";
import { InputError, type Problem } from "../errors.ts";
import { hashFile } from "./hash-file.ts";

/** Compares each file of a bundle, a folder or a tar, with its list. Throws InputError with all that differ. */
export async function verifyBundle(path: string): Promise<BundleList> {
  const { place, list } = openBundle(path);
  const problems: Problem[] = [];
  for (const file of list.files) {
    const message = await differenceOf(place, file);
    if (message === undefined) continue;
    problems.push({
      code: "BDL002",
      place: { file: place.called(file.path) },
      message,
      fix: "build or copy the bundle anew",
    });
  }
  if (problems.length > 0) throw new InputError(problems);
  return list;
}

async function differenceOf(place: BundlePlace, file: BundleFile): Promise<string | undefined> {
  const part = place.find(file.path);
  const wrong = sizeFault(part?.sizeBytes, file);
  if (part === undefined || wrong !== undefined) return wrong;
  return (await hashFile(part.file, part)) === file.sha256
    ? undefined
    : "its content is not what the list of the bundle says";
}
