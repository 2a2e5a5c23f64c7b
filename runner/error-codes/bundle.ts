import { code, type ErrorCodes } from "./code.ts";

/** Offline bundles. */
export const bundleCodes: ErrorCodes = {
  BDL001: code(
    "A folder that is named as a bundle is none, or its list cannot be read.",
    "Name a bundle, or build one: `ts-play bundle build`.",
  ),
  BDL002: code("A file of a bundle is missing, or is not what its list says.", "Build or copy the bundle anew."),
};
