import { createHmac } from "node:crypto";

/** One line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHost {
  readonly file: string;
  readonly line: number;
  readonly marker: "revoked" | "cert-authority" | undefined;
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly key: Buffer;
  /** Whether the line is about this name: `host`, or `[host]:port` when the port is not 22. */
  matches(name: string): boolean;
}

/** A line that cannot be used, and why. */
export interface BrokenLine {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** It may have revoked a key. */
  readonly revokes: boolean;
}

/** Reads the text of a known_hosts file. Never throws: what cannot be read is listed. */
export const parseKnownHosts = (
  file: string,
  text: string,
): { readonly entries: readonly KnownHost[]; readonly broken: readonly BrokenLine[] } => {
  const entries: KnownHost[] = [];
  const broken: BrokenLine[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const parsed = parseLine(content);
    const place = { file, line: index + 1 };
    if (typeof parsed === "string") broken.push({ ...place, reason: parsed, revokes: content.startsWith("@revoked") });
    else entries.push({ ...place, ...parsed });
  }
  return { entries, broken };
};

const parseLine = (content: string): Omit<KnownHost, "file" | "line"> | string => {
  const fields = content.split(/[ \t]+/);
  const marker = fields[0]!.startsWith("@") ? fields.shift()!.slice(1) : undefined;
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return `unknown marker @${marker}`;
  const [names, type, base64] = fields;
  if (names === undefined || type === undefined || base64 === undefined)
    return "a line needs names, a key type and a key";
  const key = decodeKey(type, base64);
  if (typeof key === "string") return key;
  const matches = names.startsWith("|") ? hashedName(names) : plainNames(names);
  return typeof matches === "string" ? matches : { marker, type, key, matches };
};

// The key itself begins with its type (RFC 4253 section 6.6), so a damaged one is noticed.
const decodeKey = (type: string, base64: string): Buffer | string => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return "the key is not base64";
  const key = Buffer.from(base64, "base64");
  const length = key.length >= 4 ? key.readUInt32BE(0) : -1;
  return key.toString("latin1", 4, 4 + length) === type ? key : `the key is not of type ${type}`;
};

const hashedName = (field: string): KnownHost["matches"] | string => {
  const [, version, salt = "", hash = ""] = field.split("|");
  const [saltBytes, hashBytes] = [Buffer.from(salt, "base64"), Buffer.from(hash, "base64")];
  if (version !== "1" || saltBytes.length !== 20 || hashBytes.length !== 20)
    return "a hashed name must be |1|salt|hash with 20 bytes each";
  return (name) => createHmac("sha1", saltBytes).update(name).digest().equals(hashBytes);
};

const plainNames = (field: string): KnownHost["matches"] => {
  const patterns = field.split(",").filter((pattern) => pattern !== "");
  const allowed = patterns.filter((pattern) => !pattern.startsWith("!")).map(wildcard);
  const refused = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => wildcard(pattern.slice(1)));
  return (name) => !refused.some((pattern) => pattern.test(name)) && allowed.some((pattern) => pattern.test(name));
};

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  );
