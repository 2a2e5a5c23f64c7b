import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { junitReport } from "../../../runner/report/files/junit.ts";
import { documentNamed, documents } from "../documents.ts";

const schema = readFileSync(join(import.meta.dirname, "../fixtures/junit.xsd"), "utf8");

const problems = async (xml: string) =>
  (await validateXML({ xml: { fileName: "report.xml", contents: xml }, schema })).errors.map(({ message }) => message);

test.each(documents)("libxml2 accepts the report of a run ($name)", async ({ document }) => {
  expect(await problems(junitReport(document))).toEqual([]);
});

test("the schema refuses what is no JUnit report", async () => {
  const wrong = junitReport(documentNamed("troubled")).replace(' tests="', ' test="');
  expect(await problems(wrong)).not.toEqual([]);
});

const attributesOf = (xml: string, element: string): readonly Readonly<Record<string, string>>[] =>
  [...xml.matchAll(new RegExp(`<${element} ([^>]*)>`, "g"))].map(([, text = ""]) =>
    Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );

test.each(documents)("the numbers of a suite are those of its cases ($name)", ({ document }) => {
  const xml = junitReport(document);
  const count = (text: string, element: string) => text.split(`<${element} `).length - 1;
  const suites = xml.split(/(?=<testsuite )/).slice(1);
  expect(suites).toHaveLength(document.hosts.length + (document.drills.length > 0 ? 1 : 0));
  for (const suite of suites) {
    const [numbers] = attributesOf(suite, "testsuite");
    expect(numbers).toMatchObject({
      tests: String(count(suite, "testcase")),
      failures: String(count(suite, "failure")),
      errors: String(count(suite, "error")),
      skipped: String(count(suite, "skipped")),
    });
  }
  expect(attributesOf(xml, "testsuites")[0]).toMatchObject({
    tests: String(count(xml, "testcase")),
    failures: String(count(xml, "failure")),
    errors: String(count(xml, "error")),
  });
});

test("a host that was not reached is an error, and drift is a failure", () => {
  const xml = junitReport(documentNamed("drift"));
  expect(xml).toContain('<error message="no answer" type="unreachable">');
  expect(xml).toContain('<failure message="not as wanted: mode: 0666 -&gt; 0640" type="drift">');
});

test("a drill is a case; one that did not pass is a failure, one that did not end an error, each with what was measured", () => {
  const xml = junitReport(documentNamed("drills"));
  expect(xml).toContain('<testsuite name="drills" tests="2" failures="1" errors="0" skipped="0" time="20.000"');
  expect(xml).toContain(
    '<failure message="the client had no success for 3000 ms, the limit is 5 ms" type="failed">the client had',
  );
  expect(xml).toContain(
    "longest gap: 3000 ms, limit 5 ms\nlost requests: 60 of 200\nwrites: 0 acknowledged and missing, 7 late\nbroken: lb1",
  );
  expect(junitReport(documentNamed("of a drill that was killed"))).toContain(
    '<error message="the run ended in the middle of it" type="unknown">',
  );
});
