import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import creator from "../../create-ts-play/package.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { installPrograms, outcomeOf, typeErrors, withUserProject } from "../user-project.ts";

const root = join(import.meta.dirname, "../..");

/** As strict a reader of types as there is: our own are checked too. */
const tsconfig = `{ "extends": "ts-play/tsconfig.json", "compilerOptions": { "skipLibCheck": false }, "include": ["*.ts"] }\n`;

const site = `import { defineInventory, definePlaybook, file, play, defineRole, z } from "ts-play";

const note = defineRole({
  name: "note",
  summary: "A note.",
  vars: z.strictObject({ path: z.string() }),
  tasks: ({ vars }) => [file({ path: vars.path, content: "hello\\n" })],
});

export default definePlaybook({
  summary: "A note on this machine.",
  inventory: defineInventory({ groups: { all: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [play({ title: "Notes", on: groups.all, roles: [note({ path: "/tmp/ts-play-package-test" })] })],
});
`;

const tested = `import { FakeHost } from "ts-play/testing";
export const steps: Promise<readonly string[]> = new FakeHost().apply().then((run) => run.steps);
`;

const mistaken = `import { file } from "ts-play";
file({ path: 1, content: "x" });
`;

/** Packs what is in node_modules/ts-play, and puts in its place what came out, with its declared dependencies only. */
async function packAndInstall(folder: string): Promise<readonly string[]> {
  const installed = join(folder, "node_modules/ts-play");
  await rm(join(installed, "node_modules"));
  await outcomeOf("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], installed);
  await rm(installed, { recursive: true });
  await mkdir(installed);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "no tarball";
  await outcomeOf("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed], folder);
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(installed, "node_modules", name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(installed, "node_modules", name));
  }
  return readdir(installed);
}

test("create-ts-play makes projects of this version", () => {
  expect([creator.version, creator.dependencies]).toEqual([manifest.version, { "ts-play": `^${manifest.version}` }]);
});

describe("the package, installed from its tarball into an empty folder", () => {
  interface Told {
    readonly files: readonly string[];
    readonly types: readonly string[];
    readonly version: string;
    readonly run: string;
  }
  let told: Told;

  beforeAll(async () => {
    const files = { "site.ts": site, "tested.ts": tested, "mistaken.ts": mistaken, "tsconfig.json": tsconfig };
    told = await withUserProject(files, async (folder) => {
      await installPrograms(folder);
      const installed = await packAndInstall(folder);
      const types = await typeErrors(folder);
      const program = join(folder, "node_modules/.bin/ts-play");
      const { stdout: version } = await outcomeOf(program, ["--version"], folder);
      const run = await outcomeOf(program, ["site.ts", "-i", "localhost,", "-c", "local", "--check"], folder);
      return { files: installed, types, version, run: `${run.stdout}${run.stderr}` };
    });
  }, 180_000);

  test("holds the program, its types and the settings of the compiler, and no sources", () => {
    expect(told.files).toEqual(expect.arrayContaining(["bin", "dist", "package.json", "tsconfig.base.json"]));
    expect(told.files).not.toContain("runner");
  });

  test("checks a user's files by its own types, and only theirs is found wrong", () => {
    expect(told.types).toEqual([expect.stringMatching(/^mistaken\.ts\(2,8\): error TS2322/)]);
  });

  test("tells its version", () => {
    expect(told.version).toBe(`${manifest.version}\n`);
  });

  test("runs a playbook of the folder", () => {
    expect(told.run).toContain("would change localhost: note/file /tmp/ts-play-package-test");
  });
});
