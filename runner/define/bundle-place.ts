import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { tarIndex } from "./tar-index.ts";

/** The list of a bundle's files, in its folder. */
export const BUNDLE_LIST = "bundle.json";

/** A file of a bundle, or the part of the bundle's archive that it is. */
export interface BundledPart {
  readonly file: string;
  readonly sizeBytes: number;
  /** Where it begins in an archive. */
  readonly offset?: number;
}

/** Where a bundle is: a folder, or an archive of it, which is read as it is and not unpacked. */
export interface BundlePlace {
  /** The text of the list. Throws when there is none. */
  readonly list: () => string;
  /** How a file is called in messages. */
  readonly called: (path: string) => string;
  readonly find: (path: string) => BundledPart | undefined;
}

/** Throws when an archive cannot be read. What is not there counts as a folder without files. */
export const bundlePlace = (path: string): BundlePlace =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ? archived(path) : unpacked(path);

function unpacked(folder: string): BundlePlace {
  return {
    list: () => readFileSync(join(folder, BUNDLE_LIST), "utf8"),
    called: (path) => join(folder, path),
    find: (path) => {
      const file = join(folder, path);
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() ? { file, sizeBytes: found.size } : undefined;
    },
  };
}

function archived(file: string): BundlePlace {
  const index = tarIndex(file);
  const find = (path: string) => {
    const part = index.get(path);
    return part && { file, ...part };
  };
  return {
    list: () => {
      const part = find(BUNDLE_LIST);
      if (part !== undefined) return textOf(part);
      const deeper = [...index.keys()].find((path) => path.endsWith(`/${BUNDLE_LIST}`));
      throw new Error(
        deeper === undefined ? `it holds no ${BUNDLE_LIST}` : `its list is ${deeper}, not ${BUNDLE_LIST}`,
      );
    },
    called: (path) => `${file}:${path}`,
    find,
  };
}

function textOf({ file, offset, sizeBytes }: BundledPart): string {
  const text = Buffer.alloc(sizeBytes);
  const open = openSync(file, "r");
  try {
    readSync(open, text, 0, sizeBytes, offset ?? 0);
  } finally {
    closeSync(open);
  }
  return text.toString();
}
