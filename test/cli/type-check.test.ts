import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installPrograms, outcomeOf, withUserProject } from "../user-project.ts";

const compiler = join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");

const role = (type: string) => `import { assert, defineRole, z } from "ts-play";

export const web = defineRole({
  name: "web",
  summary: "A web server.",
  vars: z.strictObject({ port: ${type} }),
  tasks: () => [assert({ that: true, message: "always" })],
});
`;

const site = (port: string) => `import { defineInventory, definePlaybook, play, z } from "ts-play";
import { web } from "./roles/web.ts";

export default definePlaybook({
  summary: "Web servers.",
  inventory: defineInventory({ groups: { all: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [
    play({
      title: "Web",
      on: groups.all,
      roles: [web({ port: ${port} })],
    }),
  ],
});
`;

/** The compiler as it is, which writes down that it was started. */
const counting = `require("node:fs").appendFileSync(__dirname + "/started", "x"); import(${JSON.stringify(compiler)});`;

describe("the types of a playbook", () => {
  let leave: () => void;
  let gone: Promise<unknown>;
  let folder = "";
  let server: Server;
  let contacts = 0;

  beforeAll(async () => {
    await new Promise<void>((ready) => {
      gone = withUserProject({}, async (made) => {
        folder = made;
        await installPrograms(made);
        ready();
        await new Promise<void>((resolve) => {
          leave = resolve;
        });
      });
    });
    server = createServer((socket) => {
      contacts++;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  }, 120_000);

  afterAll(async () => {
    server.close();
    leave();
    await gone;
  });

  beforeEach(async () => {
    contacts = 0;
    await rm(join(folder, ".ts-play"), { recursive: true, force: true });
    await rm(join(folder, "node_modules/typescript"), { recursive: true, force: true });
    await put("node_modules/typescript/package.json", `{ "bin": { "tsc": "./tsc.js" }, "type": "commonjs" }`);
    await put("node_modules/typescript/tsc.js", counting);
    await put("tsconfig.json", `{ "extends": "ts-play/tsconfig.json", "include": ["**/*.ts"] }`);
    await put("roles/web.ts", role("z.int()"));
    await put("site.ts", site("80"));
    await put("hosts.yaml", `all: { hosts: { web1: { ansible_host: 127.0.0.1, ansible_port: ${port()} } } }`);
  });

  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const port = (): number => (server.address() as { port: number }).port;
  const starts = async (): Promise<number> =>
    (await readFile(join(folder, "node_modules/typescript/started"), "utf8").catch(() => "")).length;
  const run = (...flags: readonly string[]) => {
    const args = ["site.ts", "-i", "hosts.yaml", "--check", "--timeout", "1", ...flags];
    return outcomeOf(join(folder, "node_modules/.bin/ts-play"), args, folder);
  };
  const local = ["-c", "local"];

  test("are compiled before a host is contacted: a wrong variable is told with its place", async () => {
    await put("site.ts", site('"80"'));
    const { exitCode, stderr, stdout } = await run();
    expect(stderr).toBe("site.ts:11:21: error PLY002: Type 'string' is not assignable to type 'number' (TS2322).\n");
    expect({ exitCode, stdout, contacts }).toEqual({ exitCode: 1, stdout: "", contacts: 0 });
    expect(existsSync(join(folder, ".ts-play/runs"))).toBe(false);
  });

  test("once right, are not compiled again until a file of the playbook changes", async () => {
    expect((await run(...local)).exitCode).toBe(0);
    expect((await run(...local)).exitCode).toBe(0);
    expect(await starts()).toBe(1);

    await put("roles/web.ts", role("z.string()"));
    const { exitCode, stderr } = await run(...local);
    expect(stderr).toContain("site.ts:11:21: error PLY002: Type 'number' is not assignable to type 'string'");
    expect([exitCode, await starts()]).toEqual([1, 2]);
  });

  test("once wrong, stay wrong in the next run", async () => {
    await put("site.ts", site('"80"'));
    await run(...local);
    expect((await run(...local)).stderr).toContain("PLY002");
  });

  test("are those of the playbook's own files: mistakes in others are left alone", async () => {
    await put("other.ts", "export const wrong: number = 'text';\n");
    expect(await run(...local)).toMatchObject({ exitCode: 0, stderr: "" });
    await rm(join(folder, "other.ts"));
  });

  test("are left alone by --no-type-check and by lists", async () => {
    await put("site.ts", site('"80" as unknown as number & string'));
    await run("--no-type-check", ...local);
    await run("--list-tasks");
    expect(await starts()).toBe(0);
  });

  test.each([
    ["node_modules/typescript/tsc.js", "throw new Error('broken');", "tsc could not run"],
    ["tsconfig.json", '{ "extends": "./nowhere.json" }', "error TS"],
  ])("are not checked when %s is broken, and a note says so", async (path, text, why) => {
    await put(path, text);
    const { exitCode, stderr } = await run(...local);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(new RegExp(`^note: the types of the playbook were not checked: .*${why}.*\n$`));
  });

  test("are not checked, without a word, where there is no TypeScript", async () => {
    await put("site.ts", site('"80"'));
    await rm(join(folder, "node_modules/typescript"), { recursive: true });
    expect((await run(...local)).stderr).toMatch(/site\.ts:11:\d+: error VAR005: role web: port: .*\n$/);
  });
});
