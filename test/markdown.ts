import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../docs");

/** A fenced block of code; `file` is the path that the line before it names, as in "`site.ts`:". */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  readonly file: string | undefined;
}

/** The pages of docs/, by name. */
export const pageNames = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith(".md"));

export const readPage = (name: string): string => readFileSync(join(folder, name), "utf8");

/** The blocks of code of a page, in order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: text = "", index }) => {
    const before = page.slice(0, index).trimEnd().split("\n").at(-1) ?? "";
    return {
      language,
      text,
      line: page.slice(0, index).split("\n").length,
      file: /^`([\w./-]+)`:$/.exec(before)?.[1],
    };
  });
}

/** Where the links of a page lead: other pages and their headings. */
export const links = (page: string): readonly string[] =>
  [...page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);

/** The anchors that GitHub gives to the headings of a page. */
export const anchors = (page: string): readonly string[] =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
