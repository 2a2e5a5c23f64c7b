import { isRef } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";
import { oneLine } from "./sanitize.ts";

const MAX_LENGTH = 72;
const MAX_ITEMS = 8;
const MAX_DEPTH = 3;

/** The value of an attribute as short text on one line: a Secret is `***`, nothing is `(absent)`, long text is shortened. */
export const showValue = (value: unknown): string => shorten(oneLine(textOf(value, 0)));

function textOf(value: unknown, depth: number): string {
  if (value === undefined || value === null) return "(absent)";
  if (value instanceof Secret) return "***";
  if (isRef(value)) return `<${value.label}>`;
  if (typeof value === "string") return depth === 0 ? plainText(value) : value;
  if (typeof value !== "object") return String(value);
  if (depth === MAX_DEPTH) return "...";
  return Array.isArray(value) ? listText(value, depth) : objectText(value, depth);
}

/** Text whose edges would be lost between other words is quoted; of many lines the first is shown. */
function plainText(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  if (lines.length > 1) return `${shorten(lines[0] ?? "", MAX_LENGTH - 14)} (${lines.length} lines)`;
  return text === "" || text.trim() !== text ? JSON.stringify(text) : text;
}

function listText(items: readonly unknown[], depth: number): string {
  const shown = items.slice(0, MAX_ITEMS).map((item) => textOf(item, depth + 1));
  return `[${[...shown, ...more(items.length)].join(", ")}]`;
}

function objectText(value: object, depth: number): string {
  const entries = Object.entries(value);
  const shown = entries.slice(0, MAX_ITEMS).map(([key, item]) => `${key}: ${textOf(item, depth + 1)}`);
  return `{${[...shown, ...more(entries.length)].join(", ")}}`;
}

const more = (total: number): string[] => (total > MAX_ITEMS ? [`${total - MAX_ITEMS} more`] : []);

function shorten(text: string, length = MAX_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
