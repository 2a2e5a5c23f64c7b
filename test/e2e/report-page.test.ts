import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentOf } from "../../runner/report/document/document-of.ts";
import { htmlReport } from "../../runner/report/html/page.ts";
import { documents } from "../report/documents.ts";
import { fleetRun } from "../report/scenarios.ts";
import { Browser } from "./browser.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let folder = "";
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ts-play-page-"));
  browser = await Browser.start();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function page(name: string, text: string): Promise<string> {
  const file = join(folder, `${name.replaceAll(" ", "-")}.html`);
  await writeFile(file, text);
  return file;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.each(documents)("the page of a run ($name)", ({ name, document }) => {
  test("loads nothing, runs nothing of a host, and leaves the browser without a complaint", async () => {
    const file = await page(name, htmlReport(document));
    await browser.open(file);
    expect(browser.requests.filter((url) => !url.startsWith("data:"))).toEqual([pathToFileURL(file).href]);
    expect(browser.complaints).toEqual([]);
    expect(await browser.evaluate("document.querySelectorAll('script').length")).toBe(1);
    expect(await browser.evaluate("document.images.length")).toBe(0);
  });

  test.each(["light", "dark"])("can be read by everybody (axe, %s)", async (scheme) => {
    await browser.open(await page(name, htmlReport(document)), { scheme });
    await browser.evaluate(
      `for (const one of document.querySelectorAll("details")) one.open = true;\n${await readFile(axe, "utf8")}; 0`,
    );
    const rules = `{ resultTypes: ["violations"] }`;
    const found = await browser.evaluate<Violation[]>(
      `axe.run(document, ${rules}).then(({ violations }) => violations)`,
    );
    expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test.each([1200, 360])("is not wider than a screen of %i", async (width) => {
    await browser.open(await page(name, htmlReport(document)), { width });
    expect(await browser.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});

describe("the page of 500 hosts with 100 tasks each", () => {
  let file = "";
  beforeAll(async () => {
    file = await page("fleet", htmlReport(documentOf(fleetRun(500, 100))));
  });

  test("is smaller than 5 MB and open within seconds", async () => {
    expect((await stat(file)).size).toBeLessThan(5_000_000);
    expect(await browser.open(file)).toBeLessThan(30_000);
  });

  test("names every host and every task", async () => {
    await browser.open(file);
    expect(await browser.evaluate("document.querySelectorAll('#host-list > details').length")).toBe(500);
    const names =
      "[...document.querySelectorAll('.names')].reduce((sum, one) => sum + one.textContent.split(' · ').length, 0)";
    const told = "document.querySelectorAll('#hosts tbody tr').length";
    expect(await browser.evaluate(`${names} + ${told}`)).toBe(50_000);
  });

  test("finds a host by its name, and a link opens what it leads to", async () => {
    await browser.open(file);
    const shown = await browser.evaluate<string[]>(`(() => {
      const search = document.getElementById("search");
      search.value = document.querySelectorAll("#host-list > details")[41].querySelector("b").textContent;
      search.dispatchEvent(new Event("input"));
      return [...document.querySelectorAll("#host-list > details")].filter((one) => !one.hidden).map((one) => one.id);
    })()`);
    expect(shown).toHaveLength(1);
    const isOpen = `new Promise((done) => {
      addEventListener("hashchange", () => setTimeout(() => done(document.getElementById(${JSON.stringify(shown[0])}).open)));
      location.hash = ${JSON.stringify(shown[0])};
    })`;
    expect(await browser.evaluate(isOpen)).toBe(true);
  });
});
