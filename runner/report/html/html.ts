import { sanitize } from "../sanitize.ts";

/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | false | undefined | readonly Part[];

/** A piece of a page: what is put in is escaped, unless it is markup itself. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, at) => (at === 0 ? text : markup(parts[at - 1]) + text)).join(""));

/** Markup of our own sources: styles, scripts, drawings that were escaped where they were made. */
export const raw = (text: string): Html => new Html(text);

export const nothing = new Html("");

/** The parts one after the other, when there are any. */
export const joined = (parts: readonly Html[]): Html => new Html(parts.map(({ text }) => text).join("\n"));

function markup(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(markup).join("");
  return escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => sanitize(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
