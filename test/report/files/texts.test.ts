import { describe, expect, test } from "vitest";
import { githubAnnotations } from "../../../runner/report/files/github.ts";
import { markdownReport } from "../../../runner/report/files/markdown.ts";
import { documentNamed, documents } from "../documents.ts";

describe("annotations of GitHub", () => {
  /** As the runner of GitHub Actions parses a command. */
  const COMMAND = /^::(error|warning|notice) file=[^:,\n]*,title=[^:,\n]*::[^\r\n]+$/;

  test.each(documents)("are one command on each line ($name)", ({ document }) => {
    const lines = githubAnnotations(document).trimEnd().split("\n");
    expect(lines.filter((line) => !COMMAND.test(line))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^::notice /);
  });

  test("are errors for what failed, with the cause and the fix, and warnings for drift", () => {
    const [first] = githubAnnotations(documentNamed("troubled")).split("\n");
    expect(first).toBe(
      "::error file=site.ts,title=lb1%3A haproxy/packages haproxy::apt-get ended with 100%0AE: Unable to locate package haproxy%0Aok      lb1: everything is fine%0AFix: run `apt-get update` on the host, or check its sources",
    );
    expect(githubAnnotations(documentNamed("drift"))).toContain(
      "::warning file=site.ts,title=a%3A x/file /f::not as wanted: mode: 0666 -> 0640\n",
    );
  });
});

describe("Markdown", () => {
  test("begins with the verdict, and has tables for drift", () => {
    const text = markdownReport(documentNamed("drift"));
    expect(text).toMatch(/^## ❌ site\.ts: 1 of 3 hosts drifted/);
    expect(text).toContain("| a | x/file /f | known | 2026-07-20 03:15 | mode: 0666 -\\> 0640 |\n");
    expect(text).toContain("| c |  | unknown | 2026-07-28 03:15 | no answer |\n");
  });

  test("lets nothing of a host become markup: no tag, no mention, no table cell, no open fence", () => {
    const text = markdownReport(documentNamed("nasty"));
    const outside = text
      .replace(/^ {4}(`{3,})[\s\S]*?^ {4}\1$/gm, "")
      .replace(/\\./g, "")
      .replace(/(`+)[^\n]*?\1/g, "");
    expect(outside).not.toMatch(/<(?!\/?b\b)?[a-z]/i);
    expect(outside).not.toMatch(/@all/);
    const rows = outside.split("\n").filter((line) => line.startsWith("|"));
    expect(new Set(rows.map((row) => row.split("|").length))).toEqual(new Set([5]));
  });

  test("is cut where it is long, and says so", () => {
    const document = documentNamed("troubled");
    const [host] = document.hosts;
    const hosts = Array.from({ length: 80 }, (_, at) => ({
      ...host!,
      name: `h${at}`,
      tasks: host!.tasks.map((task) => ({ ...task, task: `x/y ${at}` })),
    }));
    expect(markdownReport({ ...document, hosts })).toContain("... and 30 more");
  });
});
