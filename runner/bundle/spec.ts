import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits are needed");
const place = z.string().min(1);

/** Where one file comes from: a path, relative to the description, or a URL, which needs the hash. */
const origin = z
  .union([place.transform((from) => ({ from })), z.strictObject({ from: place, sha256: sha256.optional() })])
  .transform((one): { readonly from: string; readonly sha256?: string | undefined } => one)
  .refine(({ from, sha256: hash }) => !isUrl(from) || hash !== undefined, "a file from the network needs its `sha256`");

export type Origin = z.output<typeof origin>;

const image = z.union([
  z.strictObject({ archive: origin }),
  z
    .strictObject({
      files: z.record(z.string().startsWith("/"), place).default({}),
      folder: place.optional(),
      links: z.record(z.string().startsWith("/"), place).default({}),
      entrypoint: z.array(z.string()).min(1),
    })
    .refine(
      ({ files, folder }) => folder !== undefined || Object.keys(files).length > 0,
      "an image needs `files` or a `folder`",
    ),
]);

export type ImageOrigin = z.output<typeof image>;
export type AssembledImage = Exclude<ImageOrigin, { archive: unknown }>;

const spec = z.strictObject({
  kubernetes: z.string().regex(/^1\.\d+\.\d+$/, "a version without a leading v is needed"),
  architecture: z.enum(["amd64", "arm64"]).default("amd64"),
  files: z.record(
    z.string().regex(/^(?:bin|cni|manifests)\/[\w.-]+$/, "must be `bin/<name>`, `cni/<name>` or `manifests/<name>`"),
    origin,
  ),
  images: z.record(z.string().regex(/^[\w./:@-]+:[\w.-]+$/, "must be a name with a tag"), image).default({}),
});

/** What a bundle is to be made of. */
export type BundleSpec = z.output<typeof spec> & {
  /** Where relative paths start. */
  readonly folder: string;
};

export const isUrl = (from: string): boolean => /^https?:\/\//.test(from);

/** Reads the description of a bundle, JSON. Throws InputError. */
export async function readSpec(file: string): Promise<BundleSpec> {
  try {
    return { ...spec.parse(JSON.parse(await readFile(file, "utf8"))), folder: dirname(resolve(file)) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new InputError(
      {
        code: "BDL003",
        place: { file },
        message: `this does not describe a bundle: ${reason}`,
        fix: "see docs/kubernetes.md for an example",
      },
      cause,
    );
  }
}
