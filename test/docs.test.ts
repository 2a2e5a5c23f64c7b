import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Tally } from "../runner/engine/outcome.ts";
import { errorCodes } from "../runner/error-codes/index.ts";
import { ExitCode } from "../runner/errors.ts";
import * as api from "../runner/index.ts";
import { anchors, type CodeBlock, codeBlocks, links, pageNames, readPage } from "./markdown.ts";
import { readTracked, trackedFiles } from "./source-file.ts";
import { installPrograms, outcomeHere, outcomeOf, typeErrors, withUserProject } from "./user-project.ts";

const MINUTE = 60_000;
const root = join(import.meta.dirname, "..");
const pages = pageNames().map((name) => ({ name, text: readPage(name), blocks: codeBlocks(readPage(name)) }));
const blocksOf = (name: string): readonly CodeBlock[] => pages.find((page) => page.name === name)?.blocks ?? [];

/** The files that a page tells to write. */
const filesOf = (blocks: readonly CodeBlock[]): Record<string, string> =>
  Object.fromEntries(blocks.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text]])));

test("the pages that are made from the sources are up to date", { timeout: MINUTE }, async () => {
  const { exitCode, stdout } = await outcomeOf(process.execPath, ["scripts/docs.js", "--check"], root);
  expect([stdout, exitCode]).toEqual(["", 0]);
});

test("every code that the sources report is explained, and no other", () => {
  const sources = trackedFiles().filter(
    (path) => /^(?:runner|bin)\/.*\.[jt]s$/.test(path) && !path.startsWith("runner/error-codes/"),
  );
  const CODE = /\b(?:CLI|INV|VAR|VLT|PLY|DRL|TPL|PLN|JRN|KEY|HK|PKI|BDL|LAB|SCH)\d{3}\b/g;
  const used = new Set(sources.flatMap((path) => readTracked(path).match(CODE) ?? []));
  expect(Object.keys(errorCodes).toSorted(), "add or remove codes in runner/error-codes/").toEqual(
    [...used].toSorted(),
  );
});

test.each(pages)("$name links to what is there", ({ text }) => {
  const broken = links(text).filter((link) => {
    const [name = "", anchor] = link.split("#");
    const page = name === "" ? text : pages.find((other) => other.name === name)?.text;
    return page === undefined || (anchor !== undefined && !anchors(page).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test("the README leads to every page, and only to what is there", () => {
  const targets = links(readFileSync(join(root, "README.md"), "utf8"));
  expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  expect(pages.map(({ name }) => name).filter((name) => !targets.includes(`docs/${name}`))).toEqual([]);
});

test("the table of exit codes has every code", () => {
  const told = [...readPage("operating.md").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(told).toEqual(Object.values(ExitCode));
});

test("the table of states has every state", () => {
  const told = [...readPage("operating.md").matchAll(/^\| `(\w+)` \| .* \| .*\|$/gm)].map(([, state]) => state);
  expect(told.toSorted()).toEqual(Object.keys(new Tally().counts).toSorted());
});

test("the faults that operating.md lists are told in these words", () => {
  const told = [...readPage("operating.md").matchAll(/^\| `([a-z][^`]+)`(?: with [^|]*)? \| (?!.*\| )/gm)].map(
    ([, text = ""]) => text,
  );
  const sources = trackedFiles()
    .filter((path) => /^runner\/.*\.ts$/.test(path))
    .map(readTracked)
    .join("\n");
  const parts = told.flatMap((text) => text.split("...").map((part) => part.trim())).filter(Boolean);
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
});

test.each(pages)("every flag of ts-play that $name speaks of is there", ({ text }) => {
  const spoken = [...text.matchAll(/(?:`|ts-play [^\n]*?)(--[a-z][a-z-]+)/g)].map(([, flag = ""]) => flag);
  const known = new Set(readPage("cli.md").match(/--[a-z][a-z-]+/g));
  expect(spoken.filter((flag) => !known.has(flag))).toEqual([]);
});

test.each(pages)("every file of the sources that $name names is there", ({ text }) => {
  const named = [...text.matchAll(/`((?:runner|roles|playbooks|test|scripts)\/[\w./-]+)`(?!:\n)/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("every example in TypeScript compiles", { timeout: MINUTE }, async () => {
  const known = `import { ${Object.keys(api).join(", ")} } from "ts-play";\n`;
  const loose = pages.flatMap(({ name, blocks }) =>
    blocks
      .filter(({ language, file }) => language === "ts" && file === undefined)
      .map(({ text, line }) => [`${name}-${line}.ts`, text.includes("import ") ? text : `${known}${text}export {};\n`]),
  );
  const written = pages.map(({ name, blocks }) => [name, filesOf(blocks)] as const);
  const files = written.flatMap(([page, some]) =>
    Object.entries(some).map(([path, text]) => [`${page}/${path}`, text]),
  );
  expect(loose.length).toBeGreaterThan(20);
  expect(await withUserProject(Object.fromEntries([...loose, ...files]), typeErrors)).toEqual([]);
});

describe("what getting-started.md tells to do", () => {
  const blocks = blocksOf("getting-started.md");
  let target = "";
  beforeAll(async () => {
    target = await mkdtemp(join(tmpdir(), "ts-play-hello-"));
  });
  afterAll(() => rm(target, { recursive: true, force: true }));

  test("works, and says what the page says", { timeout: 3 * MINUTE }, async () => {
    const here = (text: string) => text.replaceAll("/srv/hello", join(target, "hello"));
    const files = Object.fromEntries(Object.entries(filesOf(blocks)).map(([path, text]) => [path, here(text)]));
    await withUserProject(files, async (folder) => {
      await installPrograms(folder);
      for (const [i, { language, text }] of blocks.entries()) {
        if (language !== "sh") continue;
        const answer = blocks[i + 1]?.language === "text" ? [...linesOf(here(blocks[i + 1]!.text))] : [];
        expect(await linesSaid(text, folder)).toEqual(expect.arrayContaining(answer));
      }
    });
  });

  test("shows the error that a misspelt variable gives", { timeout: MINUTE }, async () => {
    const files = filesOf(blocks);
    const misspelt = { ...files, "hosts.yaml": files["hosts.yaml"]!.replace("greeting", "greting") };
    const said = await withUserProject(misspelt, async (folder) => {
      await installPrograms(folder);
      return outcomeHere(join(folder, "node_modules/.bin/ts-play"), ["site.ts", "-i", "hosts.yaml"], folder);
    });
    expect(said.exitCode).toBe(1);
    expect(linesOf(said.stderr)).toEqual(linesOf(blocks.findLast(({ language }) => language === "text")!.text));
  });
});

test("the tests that writing-a-role.md shows pass", { timeout: 3 * MINUTE }, async () => {
  const outcome = await withUserProject(filesOf(blocksOf("writing-a-role.md")), async (folder) => {
    await installPrograms(folder);
    return outcomeOf(join(folder, "node_modules/.bin/vitest"), ["run"], folder);
  });
  expect(outcome.exitCode, `${outcome.stdout}${outcome.stderr}`).toBe(0);
  expect(outcome.stdout).toMatch(/Tests {2}\d passed/);
});

/** Runs the lines of a block one after the other; all must end well. */
async function linesSaid(commands: string, folder: string): Promise<readonly string[]> {
  const said: string[] = [];
  for (const command of commands.trim().split("\n")) {
    const [, program = "", ...args] = command.split(" ");
    const { exitCode, stdout, stderr } = await outcomeOf(join(folder, "node_modules/.bin", program), args, folder);
    expect(exitCode, `${command}\n${stdout}${stderr}`).toBe(0);
    said.push(...linesOf(stdout));
  }
  return said;
}

/** Lines without what differs from run to run. */
const linesOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .replaceAll(/\d+\.\d+ ?m?s\b/g, "0 s")
    .split("\n");
