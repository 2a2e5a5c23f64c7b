/** What XML 1.0 forbids even when it is escaped (section 2.2): control characters, lone surrogates, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};

/** An element; children are XML already, text and values are escaped. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
  text = "",
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`);
  const inside = [escapeText(text), ...children].filter(Boolean);
  return inside.length === 0
    ? `<${name}${written.join("")}/>`
    : `<${name}${written.join("")}>${inside.join("\n")}</${name}>`;
}

const legal = (text: string): string => text.replace(FORBIDDEN, "\ufffd");

const escapeText = (text: string): string => legal(text).replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);

const escapeAttribute = (text: string): string =>
  legal(text).replace(/[&<>"\n\t\r]/g, (char) => ENTITIES[char] ?? char);
