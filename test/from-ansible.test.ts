import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as api from "../runner/index.ts";
import { codeBlocks, readPage } from "./markdown.ts";
import { installPrograms, outcomeOf, withUserProject } from "./user-project.ts";

const blocks = codeBlocks(readPage("from-ansible.md"));
const yaml = blocks.filter(({ language }) => language === "yaml");
const lists = blocks.filter(({ language, text }) => language === "ts" && /^const tasks = \[/m.test(text));

/** Each list of the page as a file that exports it. */
const listFiles = Object.fromEntries(
  lists.map(({ text, line }) => [
    `lists/line-${line}.ts`,
    `import { ${Object.keys(api).join(", ")} } from "ts-play";\n${text.replace(/^const tasks = \[/m, "export const tasks = [")}`,
  ]),
);

/** Plans each list on a host in memory that is bare but for the files that every Debian has. */
const planned = `import { defineRole, fileText, z } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";

const lists = import.meta.glob("./lists/*.ts", { eager: true });

test.each(Object.entries(lists))("%s", async (_, { tasks }) => {
  const role = defineRole({ name: "page", summary: "Of the page.", vars: z.object({}), tasks: () => tasks })({});
  const host = new FakeHost();
  host.set(fileText("/etc/ssh/sshd_config"), "#PermitRootLogin yes\\n");
  host.set(fileText("/etc/hosts"), "127.0.0.1 localhost\\n");
  host.set(fileText("/etc/fstab"), "/dev/sda2 none swap sw 0 0\\n");
  const { tasks: ends } = await host.check(role);
  expect(ends).toHaveLength(tasks.length);
  expect(ends.map(({ state }) => state).filter((state) => state !== "changed" && state !== "ok")).toEqual([]);
});
`;

test("what the page shows of Ansible is YAML: lists of tasks and plays, with modules named in full", () => {
  expect(yaml.length).toBeGreaterThan(10);
  for (const { text } of yaml) {
    const [document] = parseAllDocuments(text) as { errors: unknown[]; toJS(): unknown }[];
    expect(document!.errors, text).toEqual([]);
    const value = document!.toJS();
    if (!Array.isArray(value)) continue;
    for (const entry of value as Record<string, unknown>[]) {
      const known = "hosts" in entry || Object.keys(entry).some((key) => /^(ansible|community)\.\w+\.\w+$/.test(key));
      expect([known, JSON.stringify(entry)]).toEqual([true, JSON.stringify(entry)]);
    }
  }
});

test("each list of tasks of Ansible has its twin right below", () => {
  const places = new Map(blocks.map((block, at) => [block, at]));
  expect(lists.length).toBeGreaterThanOrEqual(8);
  for (const list of lists) expect(blocks[places.get(list)! - 1]?.language, `line ${list.line}`).toBe("yaml");
});

describe("in a project of its own", () => {
  const files = Object.fromEntries(blocks.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text]])));

  test("the role and its playbook are planned as the page says, and each list is", { timeout: 180_000 }, async () => {
    const told = await withUserProject({ ...files, ...listFiles, "lists.test.ts": planned }, async (folder) => {
      await installPrograms(folder);
      const run = (name: string, ...args: readonly string[]) =>
        outcomeOf(join(folder, "node_modules/.bin", name), args, folder);
      return [await run("ts-play", "site.ts", "-i", "hosts.yaml", "--list-tasks"), await run("vitest", "run")] as const;
    });
    const [listed, tested] = told;
    const expected = blocks.find(({ language, text }) => language === "text" && text.startsWith("Web servers"))!;
    expect(listed.stdout.trimEnd(), listed.stderr).toBe(expected.text.trimEnd());
    expect(tested.exitCode, `${tested.stdout}${tested.stderr}`).toBe(0);
    expect(tested.stdout).toContain(`Tests  ${lists.length} passed`);
  });
});
