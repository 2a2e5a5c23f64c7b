import { readFile, stat } from "node:fs/promises";
import { type Problem, UnreachableError } from "../../errors.ts";

/** Asks for the passphrase of a key file; undefined when there is nobody to ask. */
export type AskPassphrase = (file: string) => Promise<string | undefined>;

/** A private key that can sign, as the SSH library made it. */
export interface PrivateKey<Parsed = unknown> {
  readonly file: string;
  readonly parsed: Parsed;
}

/** What the SSH library's parser gives: the key with its public half in wire format, or the reason why not. */
export type ParseKey<Parsed> = (
  bytes: Buffer,
  passphrase?: string,
) => { readonly parsed: Parsed; readonly publicKey: Buffer; readonly type: string } | Error;

/** Reads a private key file. Throws UnreachableError with the key's own problem (KEY001 to KEY010), never with a byte of the key. */
export const readPrivateKey = async <Parsed>(
  host: string,
  file: string,
  parse: ParseKey<Parsed>,
  ask: AskPassphrase,
): Promise<PrivateKey<Parsed>> => {
  const fail = (code: string, message: string, fix: string): UnreachableError =>
    keyError(host, { code, message, fix, place: { file } });
  const bytes = await readKeyFile(file);
  if (!Buffer.isBuffer(bytes)) throw fail(...bytes);
  let result = parse(bytes);
  if (result instanceof Error && isEncrypted(result)) {
    const passphrase = await ask(file);
    if (passphrase === undefined)
      throw fail(
        "KEY005",
        "the key is encrypted and no passphrase was given",
        "add the key to the agent with ssh-add, or give the passphrase",
      );
    result = parse(bytes, passphrase);
    if (result instanceof Error) throw fail("KEY006", "the passphrase is wrong", "try again");
  }
  if (result instanceof Error)
    throw fail("KEY009", "the file is damaged or not a private key", "look at it with ssh-keygen -y");
  const weak = weakKey(result.type, result.publicKey);
  if (weak) throw fail(...weak);
  return { file, parsed: result.parsed };
};

/** What is wrong with a private key file, as far as that can be told without a passphrase. */
export const keyFileProblem = async (file: string): Promise<Problem | undefined> => {
  const bytes = await readKeyFile(file);
  if (Buffer.isBuffer(bytes)) return undefined;
  const [code, message, fix] = bytes;
  return { code, message, fix, place: { file } };
};

type Failure = readonly [code: string, message: string, fix: string];

const keyError = (host: string, { code, place, message, fix }: Problem): UnreachableError =>
  new UnreachableError(host, "auth", `${code}: ${place?.file}: ${message}`, fix === undefined ? {} : { fix });

// The shape comes before the mode: a public key may be read by all, and chmod would not make it private.
const readKeyFile = async (file: string): Promise<Buffer | Failure> => {
  try {
    const [{ mode }, bytes] = await Promise.all([stat(file), readFile(file)]);
    return wrongShape(bytes.toString("latin1")) ?? wrongMode(file, mode) ?? bytes;
  } catch (error) {
    return [
      "KEY001",
      `the private key cannot be read (${(error as NodeJS.ErrnoException).code})`,
      "name an existing file",
    ];
  }
};

const wrongMode = (file: string, mode: number): Failure | undefined => {
  if ((mode & 0o077) === 0) return undefined;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  return ["KEY002", `others can read this private key (mode ${octal})`, `chmod 600 ${file}`];
};

const wrongShape = (text: string): Failure | undefined => {
  if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text)) {
    return /^\S+-cert-v01@/.test(text)
      ? ["KEY010", "this is a certificate, not a private key", "name the private key; certificates are not supported"]
      : ["KEY003", "this is the public half of a key", "name the file without .pub"];
  }
  if (text.startsWith("PuTTY-User-Key-File"))
    return ["KEY004", "this is a PuTTY key", "convert it with puttygen -O private-openssh-new"];
  if (text.includes("BEGIN DSA PRIVATE KEY")) return dsa;
  return undefined;
};

const dsa: Failure = ["KEY007", "DSA keys are too weak and not accepted", "make a new key: ssh-keygen -t ed25519"];

const weakKey = (type: string, publicKey: Buffer): Failure | undefined => {
  if (type === "ssh-dss") return dsa;
  if (type.startsWith("sk-"))
    return ["KEY010", "keys on hardware tokens work only through the agent", "add the key with ssh-add"];
  if (type !== "ssh-rsa") return undefined;
  const bits = rsaBits(publicKey);
  return bits < 2048
    ? ["KEY008", `an RSA key of ${bits} bits is too weak`, "make a new key: ssh-keygen -t ed25519"]
    : undefined;
};

// string "ssh-rsa", mpint e, mpint n (RFC 4253 section 6.6); an mpint may begin with a zero byte.
const rsaBits = (key: Buffer): number => {
  const exponent = 4 + key.readUInt32BE(0);
  const modulus = exponent + 4 + key.readUInt32BE(exponent);
  const bytes = key.subarray(modulus + 4);
  return bytes[0] === 0 ? (bytes.length - 1) * 8 : bytes.length * 8;
};

const isEncrypted = ({ message }: Error): boolean => /encrypted .*no passphrase|passphrase given/i.test(message);
