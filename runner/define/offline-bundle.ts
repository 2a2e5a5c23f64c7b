import { readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { LocalFile } from "./local-file.ts";

/** The list of a bundle's files, in its folder. */
export const BUNDLE_LIST = "bundle.json";

const bundleFile = z.strictObject({
  path: z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.-]+(?:\/[\w.-]+)+$/, "must be `<kind>/<name>`"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits are needed"),
  bytes: z.int().min(0),
  /** Of a container image: what it is called, and the digest of its manifest. */
  image: z.strictObject({ name: z.string().min(1), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }).optional(),
});

export const bundleList = z.strictObject({
  format: z.literal(1),
  /** Version of Kubernetes without a leading v. */
  kubernetes: z.string().regex(/^1\.\d+\.\d+$/),
  architecture: z.enum(["amd64", "arm64"]),
  files: z.array(bundleFile).readonly(),
});

export type BundleList = z.output<typeof bundleList>;
export type BundleFile = BundleList["files"][number];

/** A container image in a bundle. */
export interface BundledImage {
  readonly name: string;
  readonly digest: string;
  readonly archive: LocalFile;
}

/** What a cluster is installed from without a network. */
export interface OfflineBundle {
  readonly kubernetes: string;
  readonly architecture: BundleList["architecture"];
  readonly images: readonly BundledImage[];
  /** Files of a folder of the bundle, by name. */
  folder(name: string): ReadonlyMap<string, LocalFile>;
}

/**
 * The bundle in a folder of the control machine. Hashes are those of its list; hosts compare what has arrived with them, and
 * `ts-play bundle verify` what lies here. Throws InputError.
 */
export function offlineBundle(folder: string): OfflineBundle {
  const list = readBundleList(folder);
  const files = list.files.map((one) => ({ ...one, file: fileIn(folder, one) }));
  return {
    kubernetes: list.kubernetes,
    architecture: list.architecture,
    images: files.flatMap(({ image, file }) => (image === undefined ? [] : [{ ...image, archive: file }])),
    folder: (name) =>
      new Map(
        files
          .filter(({ path }) => posix.dirname(path) === name)
          .map(({ path, file }) => [posix.basename(path), file] as const),
      ),
  };
}

/** What the list of a bundle says. Throws InputError. */
export function readBundleList(folder: string): BundleList {
  const file = join(folder, BUNDLE_LIST);
  try {
    return bundleList.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new InputError(
      {
        code: "BDL001",
        place: { file },
        message: `this is no bundle: ${reason}`,
        fix: "name the folder of a bundle, or build one: `ts-play bundle build`",
      },
      cause,
    );
  }
}

function fileIn(folder: string, { path, bytes, sha256 }: BundleFile): LocalFile {
  const place = join(folder, path);
  const size = statSync(place, { throwIfNoEntry: false })?.size;
  if (size !== bytes) {
    const message =
      size === undefined
        ? "this file of the bundle is missing"
        : `it has ${size} bytes, and the list of the bundle says ${bytes}`;
    throw new InputError({ code: "BDL002", place: { file: place }, message, fix: "build or copy the bundle anew" });
  }
  return new LocalFile(place, bytes, sha256);
}
