import { createHash } from "node:crypto";
import type { BrokenLine, KnownHost } from "./known-hosts-file.ts";

/** Everything the known_hosts files say. */
export interface KnownHosts {
  readonly entries: readonly KnownHost[];
  readonly broken: readonly BrokenLine[];
}

/** What the known_hosts files say about a key that a server showed. */
export type Verdict =
  | { readonly kind: "trusted" }
  | { readonly kind: "revoked"; readonly by: KnownHost }
  | { readonly kind: "changed"; readonly expected: readonly KnownHost[] }
  | { readonly kind: "other-type"; readonly expected: readonly KnownHost[] }
  | { readonly kind: "authority-only"; readonly by: KnownHost }
  | { readonly kind: "unknown" };

/** The name under which known_hosts knows a server: `host`, or `[host]:port` when the port is not 22. */
export const knownHostName = (address: string, port: number): string =>
  port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;

/** The lines that can matter for a name. To find them takes a hash for each name that is hashed, so it is done once for a connection. */
export const linesAbout = ({ entries, broken }: KnownHosts, name: string): KnownHosts => ({
  entries: entries.filter((entry) => entry.matches(name)),
  broken,
});

/** Judges a key; only `trusted` may be used. */
export const judgeHostKey = ({ entries }: KnownHosts, name: string, key: Buffer): Verdict => {
  const revoked = entries.find((entry) => entry.marker === "revoked" && entry.key.equals(key) && entry.matches(name));
  if (revoked) return { kind: "revoked", by: revoked };
  const plain = plainEntries(entries, name);
  if (plain.some((entry) => entry.key.equals(key))) return { kind: "trusted" };
  const expected = plain.filter(({ type }) => type === keyType(key));
  if (expected.length > 0) return { kind: "changed", expected };
  if (plain.length > 0) return { kind: "other-type", expected: plain };
  const authority = entries.find((entry) => entry.marker === "cert-authority" && entry.matches(name));
  return authority ? { kind: "authority-only", by: authority } : { kind: "unknown" };
};

/** The types of the keys that are known for this name; empty when it is unknown. */
export const knownKeyTypes = ({ entries }: KnownHosts, name: string): readonly string[] => [
  ...new Set(plainEntries(entries, name).map(({ type }) => type)),
];

/** The lines that give a name a key, without markers. */
export const plainEntries = (entries: readonly KnownHost[], name: string): KnownHost[] =>
  entries.filter((entry) => entry.marker === undefined && entry.matches(name));

/** The type that a public key in SSH's wire format begins with. */
export const keyType = (key: Buffer): string =>
  key.length < 4 ? "" : key.toString("latin1", 4, 4 + key.readUInt32BE(0));

/** As `ssh-keygen -l` prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
