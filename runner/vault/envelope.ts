/** An encrypted text as it stands in files: `$ANSIBLE_VAULT;1.2;AES256;label` and lines of hexadecimal digits. */
export interface Envelope {
  /** The vault id that it was encrypted with; undefined in format 1.1, which has none. */
  readonly label: string | undefined;
  /** Header and digits, without the white space that YAML or an editor may have added. */
  readonly text: string;
}

/** Why a text is no whole envelope, and on which of its lines that shows. */
export interface EnvelopeFlaw {
  readonly line: number;
  readonly message: string;
}

const START = "$ANSIBLE_VAULT";
const HEADER = /^\$ANSIBLE_VAULT;(?<version>[\d.]+);(?<cipher>\w+)(?:;(?<label>.+))?$/;
const VERSIONS = ["1.1", "1.2"];

/** Whether a text claims to be encrypted. */
export const isEncrypted = (text: string): boolean => text.trimStart().startsWith(START);

/** Reads an envelope, and finds what is damaged before a password is tried: that a password is wrong is then told from a file that was cut. */
export function readEnvelope(text: string): Envelope | EnvelopeFlaw {
  const [header = "", ...digits] = text
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const found = HEADER.exec(header)?.groups;
  if (!found) return { line: 1, message: "the first line is not that of an encrypted text" };
  const { version = "", cipher, label } = found;
  if (!VERSIONS.includes(version) || cipher !== "AES256")
    return { line: 1, message: `format ${version} with ${cipher} is not known, only 1.1 and 1.2 with AES256` };
  const bad = digits.findIndex((line) => !/^[0-9a-f]+$/i.test(line));
  if (bad >= 0) return { line: bad + 2, message: "this line is not made of hexadecimal digits" };
  if (!isWhole(digits.join(""))) return { line: digits.length + 1, message: "the encrypted text is cut off here" };
  return { label: label?.trim(), text: [header, ...digits].join("\n") };
}

/** The digits hold three numbers, written in hexadecimal digits again: salt, checksum (SHA-256), and the text in blocks of 16 bytes. */
function isWhole(digits: string): boolean {
  const [salt = "", checksum = "", blocks = ""] = Buffer.from(digits, "hex").toString("latin1").split("\n");
  const whole = digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(salt + checksum + blocks);
  return whole && salt.length > 0 && checksum.length === 64 && blocks.length > 0 && blocks.length % 32 === 0;
}
