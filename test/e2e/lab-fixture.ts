import { createHash } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { type Lab, type LabOptions, labDown, labUp } from "../../runner/lab/lab.ts";

/** The first run on a machine builds the image that hosts start from. */
const upTimeoutMs = 600_000;
const downTimeoutMs = 180_000;

const checkout = createHash("sha256")
  .update(import.meta.dirname)
  .digest("hex")
  .slice(0, 3);

/** Two checkouts on one machine can test at the same time: each calls its labs after itself. */
export const labNameHere = (name: string): string => `${name.slice(0, 8)}-${checkout}`;

/** Gives the tests of a file a lab of their own, up before the first and gone after the last: `const lab = useLab(...)`, then `lab()`. */
export function useLab(wanted: LabOptions & { readonly name: string }): () => Lab {
  const options = { ...wanted, name: labNameHere(wanted.name) };
  let lab: Lab | undefined;

  beforeAll(async () => {
    // A run that was killed may have left hosts that a test has changed.
    await labDown(options);
    lab = await labUp(options);
  }, upTimeoutMs);

  afterAll(() => labDown(options), downTimeoutMs);

  return () => {
    if (lab === undefined) {
      throw new Error("the lab is up inside tests and hooks only");
    }
    return lab;
  };
}
