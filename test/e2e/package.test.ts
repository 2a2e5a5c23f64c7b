import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labInventory } from "../../runner/lab/lab.ts";
import { links } from "../markdown.ts";
import { outcomeOf, type ProgramOutcome } from "../user-project.ts";
import { useLab } from "./lab-fixture.ts";

const root = join(import.meta.dirname, "../..");
const lab = useLab({ name: "pack", hosts: ["pack1"] });
let base = "";
let infra = "";
/** The tarballs as they would be published. */
const tarballs: string[] = [];

const QUIET = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
const run = async (folder: string, ...[program = "", ...args]: readonly string[]): Promise<ProgramOutcome> => {
  const outcome = await outcomeOf(program, args, folder);
  expect(outcome.exitCode, `${program} ${args.join(" ")}\n${outcome.stdout}${outcome.stderr}`).toBe(0);
  return outcome;
};

beforeAll(async () => {
  await run(root, "npm", "run", "build");
  base = await mkdtemp(join(tmpdir(), "ts-play-pack-"));
  for (const folder of [root, join(root, "create-ts-play")])
    await run(folder, "npm", "pack", "--ignore-scripts", "--pack-destination", base);
  tarballs.push(...(await readdir(base)).filter((name) => name.endsWith(".tgz")).map((name) => join(base, name)));
  infra = join(base, "infra");
  await mkdir(infra);
});
afterAll(() => rm(base, { recursive: true, force: true }));

const own = () => tarballs.find((file) => /\/ts-play-\d/.test(file))!;

test("the package holds what users need, and not what makes it", async () => {
  const { stdout } = await run(base, "tar", "-tzf", own());
  const paths = stdout
    .trim()
    .split("\n")
    .map((path) => path.replace("package/", ""));
  expect([...new Set(paths.map((path) => path.split("/")[0]))].toSorted()).toEqual(
    [
      "LICENSE",
      "README.md",
      "bench",
      "bin",
      "dist",
      "docs",
      "package.json",
      "starter",
      "tsconfig.base.json",
    ].toSorted(),
  );
  expect(paths).toEqual(expect.arrayContaining(["dist/main.js", "dist/types/index.d.ts", "dist/LICENSES.txt"]));
  expect(paths).toEqual(
    expect.arrayContaining(["dist/roles/keepalived/role.js", "dist/roles/keepalived/keepalived.conf.ejs"]),
  );
  const linked = links(await readFile(join(root, "README.md"), "utf8")).map((link) => link.replace(/#.*/, ""));
  expect(linked.filter((path) => !paths.includes(path))).toEqual([]);
  expect(paths.filter((path) => /\.test\.|tsbuildinfo|\.map$/.test(path) && !path.startsWith("starter/"))).toEqual([]);
});

describe("a project that ts-play init has made, with the packed ts-play", () => {
  test("is made in a folder that has just this package", async () => {
    await run(infra, "npm", "install", ...QUIET, own());
    const { stdout } = await run(infra, "npx", "ts-play", "init");
    expect(stdout).toContain("wrote 11 files");
    expect(JSON.parse(await readFile(join(infra, "package.json"), "utf8"))).toMatchObject({
      type: "module",
      dependencies: { "ts-play": expect.stringMatching(/^file:/) },
      devDependencies: { typescript: expect.any(String), vitest: expect.any(String) },
    });
    await run(infra, "npm", "install", ...QUIET);
  });

  test("type-checks, and passes its own tests", async () => {
    await run(infra, "npm", "run", "check");
    const { stdout } = await run(infra, "npm", "test");
    expect(stdout).toMatch(/Tests {2}3 passed/);
  });

  test("has the schema of its inventory", async () => {
    const schema = await readFile(join(infra, "hosts.schema.json"), "utf8");
    await run(infra, "npm", "run", "schema");
    expect(await readFile(join(infra, "hosts.schema.json"), "utf8")).toBe(schema);
  });

  test("lists its tasks, checks and builds a real host, and then has nothing left to do", async () => {
    const { stdout: tasks } = await run(infra, "npx", "ts-play", "site.ts", "-i", "hosts.yaml", "--list-tasks");
    expect(tasks).toContain("motd/template /etc/motd");
    await writeFile(join(infra, "hosts.yaml"), labInventory(lab(), { servers: ["pack1"] }, { owner: "the test" }));
    const check = await run(infra, "npx", "ts-play", "site.ts", "-i", "hosts.yaml", "--check", "--diff");
    expect(check.stdout).toContain("+This is pack1. It belongs to the test.");
    await run(infra, "npx", "ts-play", "site.ts", "-i", "hosts.yaml");
    const again = await run(infra, "npx", "ts-play", "site.ts", "-i", "hosts.yaml");
    expect(again.stdout).toContain("Nothing to change. 1 task on 1 host");
  });

  test("can use the roles of the package, with their templates and types", async () => {
    await writeFile(join(infra, "web.ts"), WEB);
    await run(infra, "npm", "run", "check");
    const { stdout } = await run(infra, "npx", "ts-play", "web.ts", "-i", "hosts.yaml", "--check", "--diff");
    expect(stdout).toMatch(/would change pack1: web\/template \/etc\/nginx/);
    expect(stdout).toMatch(/\+.*listen.*8081/);
  });

  test("can test them without a host", async () => {
    await writeFile(join(infra, "test/web.test.ts"), WEB_TEST);
    await run(infra, "npm", "run", "check");
    expect((await run(infra, "npm", "test")).stdout).toMatch(/Tests {2}4 passed/);
  });

  test("is told where it imports a role that there is not", async () => {
    await writeFile(join(infra, "wrong.ts"), WEB.replace("roles/web/", "roles/wep/"));
    const { exitCode, stderr } = await outcomeOf(
      "npx",
      ["ts-play", "wrong.ts", "-i", "hosts.yaml", "--no-type-check", "--list-tasks"],
      infra,
    );
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('wrong.ts:2:21: error PLY002: ts-play has no file "roles/wep/role.ts"'),
    ]);
    await rm(join(infra, "wrong.ts"));
  });
});

const WEB = `import { defineInventory, definePlaybook, play, z } from "ts-play";
import { web } from "ts-play/roles/web/role.ts";

export default definePlaybook({
  summary: "A web server of the package.",
  inventory: defineInventory({ groups: { servers: z.object({}) }, vars: z.object({ owner: z.string() }) }),
  plays: ({ groups }) => [play({ title: "Web", on: groups.servers, roles: [web({ port: 8081 })] })],
});
`;

const WEB_TEST = `import { web } from "ts-play/roles/web/role.ts";
import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";

test("a second run of the package's role changes nothing", async () => {
  const host = new FakeHost();
  await host.apply(web({ port: 8081 }));
  expect((await host.apply(web({ port: 8081 }))).steps).toEqual([]);
});
`;

describe("ts-play init", () => {
  const init = (...args: readonly string[]) =>
    outcomeOf(join(infra, "node_modules/.bin/ts-play"), ["init", ...args], base);

  test("refuses a folder with other files, says which, and touches none", async () => {
    await mkdir(join(base, "full/test"), { recursive: true });
    await writeFile(join(base, "full/site.ts"), "mine");
    const { exitCode, stderr } = await init("full");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error CLI013: full is not empty: site.ts, test.");
    expect((await readdir(join(base, "full"))).toSorted()).toEqual(["site.ts", "test"]);
  });

  test("with --force adds what is missing, and replaces nothing", async () => {
    const { exitCode, stdout } = await init("full", "--force");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("kept site.ts, which was there\n")]);
    expect(await readFile(join(base, "full/site.ts"), "utf8")).toBe("mine");
    expect(await readdir(join(base, "full"))).toEqual(expect.arrayContaining([".github", ".gitignore", "hosts.yaml"]));
  });

  test("leaves the rest of a package.json as it is, and refuses one whose files are no modules", async () => {
    await mkdir(join(base, "given"));
    const given = join(base, "given/package.json");
    await writeFile(given, '{ "type": "commonjs" }');
    expect((await init("given")).stderr).toContain('error CLI013: "type" is "commonjs"');
    expect(await readdir(join(base, "given"))).toEqual(["package.json"]);
    await writeFile(
      given,
      '{ "name": "x", "scripts": { "test": "mine" }, "devDependencies": { "vitest": "1.0.0" }, "odd": [1] }',
    );
    expect((await init("given")).exitCode).toBe(0);
    expect(JSON.parse(await readFile(given, "utf8"))).toMatchObject({
      name: "x",
      scripts: { test: "mine", check: "tsc -p ." },
      devDependencies: { vitest: "1.0.0", typescript: expect.any(String) },
      odd: [1],
    });
  });
});

test("npm create ts-play does the same", async () => {
  const folder = join(base, "created");
  await mkdir(folder);
  await run(folder, "npm", "install", ...QUIET, ...tarballs);
  const { stdout } = await run(folder, "npx", "create-ts-play", "infra");
  expect(stdout).toContain("wrote 11 files");
  expect(await readdir(join(folder, "infra"))).toContain("site.ts");
});
