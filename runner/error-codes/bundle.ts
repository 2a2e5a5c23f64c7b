import { code, type ErrorCodes } from "./code.ts";

/** Offline bundles. */
export const bundleCodes: ErrorCodes = {
  BDL001: code(
    "A folder that is named as a bundle is none, or its list cannot be read.",
    "Name a bundle, or build one: `ts-play bundle build`.",
  ),
  BDL002: code("A file of a bundle is missing, or is not what its list says.", "Build or copy the bundle anew."),
  BDL003: code("What should describe a bundle does not.", "Correct what the message names."),
  BDL004: code(
    "A file of a bundle cannot be fetched, or is another than its hash says.",
    "Correct where it comes from, or its hash.",
  ),
  BDL005: code(
    "An image of a bundle is not in OCI form, or has another name.",
    "Make the archive anew, with the name in it.",
  ),
  BDL006: code("A bundle is to be a compressed archive.", "Name a folder, or a file that ends in `.tar`."),
  BDL007: code(
    "Where the tar of a bundle is put together, something else lies.",
    "Move or remove what the message names, or give the tar another name.",
  ),
};
