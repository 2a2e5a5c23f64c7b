import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secret } from "../../runner/define/secret.ts";
import { decrypt, encrypt } from "../../runner/vault/cipher.ts";
import { isEncrypted, readEnvelope } from "../../runner/vault/envelope.ts";

/** Made by `ansible-vault` 2.14 of Debian 12. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const plain = 'db_password: "grün & blau"\npin: 15432\n';
const first = secret("first password");
const second = secret("second password");

const envelope = (text: string) => {
  const read = readEnvelope(text);
  if ("message" in read) throw new Error(read.message);
  return read;
};

describe("what ansible-vault has encrypted", () => {
  test.each([
    ["format-1.1.yaml", first, undefined],
    ["format-1.2.yaml", second, "prod"],
  ])("%s is read", async (name, password, label) => {
    const read = envelope(fixture(name));
    expect(read.label).toBe(label);
    expect(await decrypt(read, password)).toBe(plain);
  });

  test("is read with the line ends and the white space that other programs leave", async () => {
    const text = `\n${fixture("format-1.2.yaml").replaceAll("\n", "  \r\n")}\n`;
    expect(isEncrypted(text)).toBe(true);
    expect(await decrypt(envelope(text), second)).toBe(plain);
  });

  test("is not opened by another password, nor when one digit is another", async () => {
    const text = fixture("format-1.1.yaml");
    expect(await decrypt(envelope(text), second)).toBeUndefined();
    const at = text.length - 40;
    const changed = text.slice(0, at) + (text[at] === "3" ? "4" : "3") + text.slice(at + 1);
    expect(await decrypt(envelope(changed), first)).toBeUndefined();
  });
});

test("what is encrypted here is text again, each time in another form", async () => {
  const texts = await Promise.all([encrypt(plain, first, undefined), encrypt(plain, first, "dev")]);
  expect(texts.map((text) => text.split("\n")[0])).toEqual([
    "$ANSIBLE_VAULT;1.1;AES256",
    "$ANSIBLE_VAULT;1.2;AES256;dev",
  ]);
  expect(texts[0]?.split("\n").at(-2)).not.toBe(texts[1]?.split("\n").at(-2));
  for (const text of texts) expect(await decrypt(envelope(text), first)).toBe(plain);
  const long = "x".repeat(1 << 20);
  expect(await decrypt(envelope(await encrypt(long, second, undefined)), second)).toBe(long);
});

const good = fixture("format-1.2.yaml");
const lines = good.trimEnd().split("\n");

test.each<[string, string, number, RegExp]>([
  ["another first line", good.replace("AES256", "AES 256"), 1, /first line/],
  ["a format of the future", good.replace("1.2", "2.0"), 1, /format 2.0 .* only 1.1 and 1.2/],
  ["an old cipher", good.replace("AES256", "AES"), 1, /AES is not known/],
  ["a line of something else", lines.with(3, "<<<<<<< HEAD").join("\n"), 4, /hexadecimal/],
  ["its last line lost", lines.slice(0, -1).join("\n"), lines.length - 1, /cut off/],
  ["its last digit lost", good.trimEnd().slice(0, -1), lines.length, /cut off/],
  ["nothing but the first line", lines[0]!, 1, /cut off/],
])("%s is told as damage, with its line", (_, text, line, message) => {
  expect(readEnvelope(text)).toEqual({ line, message: expect.stringMatching(message) as string });
});
