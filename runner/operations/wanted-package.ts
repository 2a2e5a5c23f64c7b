import { z } from "zod";
import type { InstalledPackage } from "../probes/installed-package.ts";

/** A package by name, perhaps at one version. */
export interface WantedPackage {
  readonly name: string;
  /** Exact, or a beginning that ends in `*`; undefined: whatever version is there. */
  readonly version: string | undefined;
}

// Debian policy 5.6.1 and 5.6.12; rpm allows capitals and `_` as well.
const NAME = /^[A-Za-z0-9][\w.+-]*(?::[a-z0-9]+)?$/;
const VERSION = /^[\w.+:~^-]+\*?$/;

const object = z
  .strictObject({
    name: z.string().regex(NAME, "is not the name of a package"),
    version: z.string().regex(VERSION).optional(),
  })
  .transform(({ name, version }): WantedPackage => ({ name, version }));

/** `nginx`, `nginx=1.22.1-9`, `nginx=1.22.*` or the same as an object. */
export const wantedPackage = z.union(
  [
    z
      .string()
      .transform((text): z.input<typeof object> => {
        const [name = "", ...version] = text.split("=");
        return { name, version: version.length ? version.join("=") : undefined };
      })
      .pipe(object),
    object,
  ],
  "is not the name of a package, such as `nginx`, `nginx=1.22.1-9` or `nginx=1.22.*`",
);

/** True when what is installed is what is wanted. */
export function satisfies(installed: InstalledPackage | undefined, { version }: WantedPackage): boolean {
  if (installed === undefined || version === undefined) return installed !== undefined;
  return version.endsWith("*") ? installed.version.startsWith(version.slice(0, -1)) : installed.version === version;
}
