import { randomBytes } from "node:crypto";

const mark = (): string => randomBytes(6).toString("hex");

/** Secrets that are hard to carry; each holds marks that occur nowhere else. */
export const makeCanaries = () => ({
  quotes: `it's "${mark()}" \`and\` 'more'`,
  lines: `first ${mark()}\nsecond ${mark()}\r\n\nlast ${mark()}`,
  unicode: `Ünï-${mark()}-日本-🔑`,
  dollars: `$HOME \${PATH} $(id) ${mark()} !! ~`,
  percents: `%s %d %n %% ${mark()} 100%`,
  short: `q#${mark().slice(0, 6)}`,
  backslashes: `C:\\new\\t ${mark()} \\\\ \\0 \\`,
  long: randomBytes(3072).toString("base64"),
  password_hash: `$6$tsplay$${randomBytes(64).toString("hex").slice(0, 86)}`,
});

/** What must be found nowhere: the secret, its lines and marks, as they are and in the codes that tools write them in. */
export function formsOf(secret: string): readonly string[] {
  const marks = secret.match(/[0-9a-zA-Z]{8,}/g) ?? [];
  const texts = [...new Set([secret, ...secret.split(/\r?\n/), ...marks, ...chunksOf(secret)])];
  return [...new Set(texts.filter((text) => text.length >= 8).flatMap(codesOf))].filter((form) => form.length >= 8);
}

/** Pieces of a long secret, which may have been cut. */
const chunksOf = (secret: string): readonly string[] =>
  secret.length < 1000 ? [] : Array.from({ length: 20 }, (_, i) => secret.slice(i * 200, i * 200 + 24));

const codesOf = (text: string): readonly string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
  Buffer.from(text).toString("hex"),
  Buffer.from(text).toString("hex").toUpperCase(),
  text.replaceAll("'", "'\\''"),
  text.replace(/[\\"$`]/g, "\\$&"),
  ...[0, 1, 2].map((offset) => base64Part(text, offset)),
];

/** The part of base64 that is the same wherever the text stands in something longer. */
function base64Part(text: string, offset: number): string {
  const code = Buffer.from(`${"x".repeat(offset)}${text}`)
    .toString("base64")
    .replace(/=+$/, "");
  return code.slice(offset === 0 ? 0 : offset + 1, -1);
}
