import { posix } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { type BundlePlace, bundlePlace } from "./bundle-place.ts";
import { LocalFile } from "./local-file.ts";

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
 * The bundle in a folder of the control machine, or in a tar there. Hashes are those of its list; hosts compare what has arrived with
 * them, and `ts-play bundle verify` what lies here. Throws InputError.
 */
export function offlineBundle(path: string): OfflineBundle {
  const { list, place } = openBundle(path);
  const files = list.files.map((one) => ({ ...one, file: fileIn(place, one) }));
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

/** A bundle that is to be looked at: where it is, and what its list says. */
export interface OpenBundle {
  readonly place: BundlePlace;
  readonly list: BundleList;
}

/** Throws InputError. */
export function openBundle(path: string): OpenBundle {
  try {
    const place = bundlePlace(path);
    return { place, list: bundleList.parse(JSON.parse(place.list())) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new InputError(
      {
        code: "BDL001",
        place: { file: path },
        message: `this is no bundle: ${reason}`,
        fix: "name the folder of a bundle, or a tar that is not compressed of what is in it, `tar -C bundle -cf bundle.tar .`, or build one: `ts-play bundle build <description> bundle.tar`",
      },
      cause,
    );
  }
}

/** What of a file can be seen without reading it. Undefined: it is there as the list says. */
export function sizeFault(found: number | undefined, { bytes }: BundleFile): string | undefined {
  if (found === undefined) return "this file of the bundle is missing";
  return found === bytes ? undefined : `it has ${found} bytes, and the list of the bundle says ${bytes}`;
}

function fileIn(place: BundlePlace, one: BundleFile): LocalFile {
  const part = place.find(one.path);
  const message = sizeFault(part?.sizeBytes, one);
  if (part === undefined || message !== undefined) {
    throw new InputError({
      code: "BDL002",
      place: { file: place.called(one.path) },
      message: message!,
      fix: "build or copy the bundle anew",
    });
  }
  return new LocalFile(part.file, one.bytes, one.sha256, part.offset);
}
