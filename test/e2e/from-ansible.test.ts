import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { codeBlocks, readPage } from "../markdown.ts";
import { outcomeOf } from "../user-project.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ts-play-ansible-"));
  await mkdir(join(folder, "roles/web/tasks"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Entry = Readonly<Record<string, unknown>>;

/** Modules that do not come with ansible-core. */
const isElsewhere = (entry: Entry): boolean =>
  Object.keys(entry).some((key) => /^(community|ansible\.posix)\./.test(key));

test("ansible-playbook itself understands what the page shows of Ansible", async () => {
  const entries = codeBlocks(readPage("from-ansible.md"))
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => parse(text) as unknown)
    .filter((value): value is Entry[] => Array.isArray(value))
    .flat();
  const plays = entries.filter((entry) => "hosts" in entry);
  const tasks = entries.filter((entry) => !("hosts" in entry) && !isElsewhere(entry));
  expect([plays.length, tasks.length > 20]).toEqual([1, true]);
  await writeFile(join(folder, "site.yml"), stringify([...plays, { hosts: "all", tasks }]));
  const args = ["--syntax-check", "-i", "web1,", "site.yml"];
  const { exitCode, stdout, stderr } = await outcomeOf("ansible-playbook", args, folder);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
});

test("the inventory of the page means the same to both", async () => {
  const hosts = codeBlocks(readPage("from-ansible.md")).find(({ file }) => file === "hosts.yaml")!;
  await writeFile(join(folder, "hosts.yaml"), hosts.text);
  const ansible = await outcomeOf("ansible-inventory", ["-i", "hosts.yaml", "--host", "web1"], folder);
  const program = join(import.meta.dirname, "../../bin/ts-play.js");
  const ours = await outcomeOf(process.execPath, [program, "inventory", "-i", "hosts.yaml", "--json"], folder);
  expect(JSON.parse(ours.stdout)._meta.hostvars.web1).toEqual(JSON.parse(ansible.stdout));
});
