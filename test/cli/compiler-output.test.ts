import { expect, test } from "vitest";
import { diagnosticsOf } from "../../runner/cli/compiler-output.ts";

const output = `site.ts(4,104): error TS2345: Argument of type '{ port: string; }' is not assignable.
  Types of property 'port' are incompatible.
    Type 'string' is not assignable to type 'number'.
roles/web.ts(1,2): error TS2304: Cannot find name 'x'.
other.ts(9,9): error TS2304: Cannot find name 'y'.
  This goes with the other file.
error TS5023: Unknown compiler option 'z'.
`;

test("what the compiler says becomes one problem each, with place and reason, for the files that are asked for", async () => {
  const problems = await diagnosticsOf(output, "/nowhere/infra", [
    "/nowhere/infra/site.ts",
    "/nowhere/infra/roles/web.ts",
  ]);
  expect(problems).toEqual([
    {
      code: "PLY002",
      place: { file: "/nowhere/infra/site.ts", line: 4, column: 104 },
      message:
        "Argument of type '{ port: string; }' is not assignable (TS2345): Types of property 'port' are incompatible: Type 'string' is not assignable to type 'number'",
    },
    {
      code: "PLY002",
      place: { file: "/nowhere/infra/roles/web.ts", line: 1, column: 2 },
      message: "Cannot find name 'x' (TS2304)",
    },
  ]);
});
