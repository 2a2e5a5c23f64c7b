import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flagsOf } from "../../runner/cli/command-parser.ts";
import { forBash, readBashLine } from "../../runner/cli/completion/bash-line.ts";
import { candidates } from "../../runner/cli/completion/candidates.ts";
import { makeProgram } from "../../runner/cli/program.ts";

const here = process.cwd();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ts-play-complete-"));
  await mkdir(join(folder, "inventory"));
  await writeFile(join(folder, "site.ts"), "export default 1;\n");
  await writeFile(join(folder, "notes.md"), "");
  await writeFile(join(folder, "inventory/hosts.yaml"), "web:\n  hosts: { web1: , web2: }\nlb:\n  hosts: { lb1: }\n");
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(here);
  await rm(folder, { recursive: true });
});

const program = makeProgram(() => undefined);
const words = async (...typed: readonly string[]): Promise<readonly string[]> =>
  (await candidates(program, typed)).map(({ value }) => value);

test("every command and every flag of the command line is proposed, and no other", async () => {
  const commands = program.commands.map((one) => one.name());
  expect((await words("")).filter((word) => !/[/.]/.test(word)).toSorted()).toEqual(commands.toSorted());
  for (const command of program.commands) {
    if (command.commands.length > 0) {
      expect(await words(command.name(), "")).toEqual(
        expect.arrayContaining(command.commands.map((one) => one.name())),
      );
      continue;
    }
    const flags = flagsOf(command as typeof program).map(({ spelling }) => /--[a-z-]+/.exec(spelling)?.[0]);
    expect((await words(command.name(), "--")).toSorted()).toEqual([...flags, "--help"].toSorted());
  }
});

describe("what is proposed", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["a command that begins so", ["dri"], ["drift", "drill"].toReversed()],
    ["playbooks beside commands", ["s"], ["schedule", "site.ts"]],
    ["flags without the name of a command: those of run", ["--list-"], ["--list-hosts", "--list-tasks"]],
    ["a flag once, unless it may be given again", ["site.ts", "--check", "--che"], []],
    ["the values of a flag that has few", ["site.ts", "--output", ""], ["lines", "tree", "json"]],
    ["the same after =", ["site.ts", "--output=j"], ["--output=json"]],
    ["folders and files as values", ["site.ts", "-i", "inv"], ["inventory/"]],
    ["files in a folder", ["site.ts", "-i", "inventory/"], ["inventory/hosts.yaml"]],
    ["hosts and groups as a pattern", ["site.ts", "-i", "inventory/hosts.yaml", "-l", "web"], ["web", "web1", "web2"]],
    [
      "the last of a pattern",
      ["site.ts", "-i", "inventory/hosts.yaml", "-l", "web:!w"],
      ["web:!web", "web:!web1", "web:!web2"],
    ],
    ["hosts where one is wanted", ["inventory", "-i", "inventory/hosts.yaml", "--host", "l"], ["lb1"]],
    ["the hosts of a command", ["exec", "-i", "inventory/hosts.yaml", "lb1:l"], ["lb1:lb", "lb1:lb1"]],
    ["subcommands", ["schedule", "re"], ["remove", "record"]],
    ["nothing for a word that is free", ["schedule", "remove", ""], []],
    ["nothing that is a flag after --", ["schedule", "install", "x", "--", "--"], []],
  ])("%s", async (_, typed, expected) => {
    expect(await words(...typed)).toEqual(expected);
  });

  test("nothing of a playbook or an inventory that cannot be read", async () => {
    expect(await words("site.ts", "-i", "nosuch.yaml", "-l", "")).toEqual([]);
    expect(await words("site.ts", "-i", "inventory/hosts.yaml", "--role", "")).toEqual([]);
  });
});

describe("a line of bash", () => {
  const BREAKS = " \t\n\"'><=;|&(:";

  test.each([
    ["ts-play site.ts -l web:!w", ["ts-play", "site.ts", "-l", "web:!w"], undefined, 4],
    ["ts-play --output=j", ["ts-play", "--output=j"], undefined, 9],
    ["ts-play 'web:!'w", ["ts-play", "web:!w"], undefined, 0],
    ["ts-play a\\ b 'c d' \"e f", ["ts-play", "a b", "c d", "e f"], '"', 0],
    ["ts-play ", ["ts-play", ""], undefined, 0],
    ["ts-play ''", ["ts-play", ""], undefined, 0],
  ])("%s", (line, words, quote, begin) => {
    expect(readBashLine(line, BREAKS)).toEqual({ words, quote, begin });
  });

  test("is given only what follows where bash breaks words, quoted as it needs", () => {
    const put = (value: string, line: string, breaks = BREAKS) => forBash({ value }, readBashLine(line, breaks));
    expect(put("web:!web1", "ts-play -l web:!w")).toBe("\\!web1");
    expect(put("web:!web1", "ts-play -l web:!w", " ")).toBe("web:\\!web1");
    expect(put("motd/file /etc/x", "ts-play --only mo")).toBe("motd/file\\ /etc/x");
    expect(put("~/my hosts~.yaml", "ts-play -i ~/my")).toBe("~/my\\ hosts\\~.yaml");
    expect(put("motd/file /etc/x", "ts-play --only 'mo")).toBe("motd/file /etc/x");
  });
});
