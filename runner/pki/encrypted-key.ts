import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { reveal, type Secret } from "../define/secret.ts";

/** OWASP's figure for PBKDF2 with HMAC-SHA256 (2023): a fifth of a second here, for each guess there. */
const ITERATIONS = 600_000;

/**
 * A private key under a passphrase: PKCS#8, PBES2, PBKDF2 with HMAC-SHA256, AES-256-CBC (RFC 8018), as PEM. `openssl pkey` reads
 * it. Node writes the same form, but with 2048 iterations only and no way to ask for more.
 */
export async function encryptKey(pkcs8: Uint8Array, passphrase: Secret): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = await promisify(pbkdf2)(reveal(passphrase), salt, ITERATIONS, 32, "sha256");
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const hmac = sequence(oid("2a864886f70d0209"), der(0x05));
  const derivation = sequence(oid("2a864886f70d01050c"), sequence(der(0x04, salt), integer(ITERATIONS), hmac));
  const scheme = sequence(oid("60864801650304012a"), der(0x04, iv));
  const algorithm = sequence(oid("2a864886f70d01050d"), sequence(derivation, scheme));
  return pem("ENCRYPTED PRIVATE KEY", sequence(algorithm, der(0x04, encrypted)));
}

/** Undefined when the passphrase does not open it, or it is no such key. */
export function decryptKey(text: string, passphrase: Secret): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, passphrase: reveal(passphrase) });
  } catch {
    return undefined;
  }
}

/** DER as PEM, in lines of 64 characters (RFC 7468). */
export const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;

/** One value of ASN.1 in DER: tag, length, content (X.690 8.1). */
function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const size = bigEndian(body.length);
  const length = body.length < 0x80 ? [body.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...items: readonly Uint8Array[]): Uint8Array => der(0x30, ...items);
const oid = (hex: string): Uint8Array => der(0x06, Buffer.from(hex, "hex"));

function integer(value: number): Uint8Array {
  const bytes = bigEndian(value);
  return der(0x02, Buffer.from(bytes[0]! & 0x80 ? [0, ...bytes] : bytes));
}

/** The bytes of a whole number, highest first, none to spare. */
const bigEndian = (value: number): readonly number[] =>
  value < 0x100 ? [value] : [...bigEndian(Math.floor(value / 0x100)), value % 0x100];
