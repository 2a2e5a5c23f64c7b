import { UnreachableError } from "../../errors.ts";
import { posixQuote } from "../posix-quote.ts";
import { fingerprint, type KnownHosts, keyType, type Verdict } from "./known-hosts.ts";
import type { BrokenLine, KnownHost } from "./known-hosts-file.ts";

/** Which server a key was asked of, for the message. */
export interface Server {
  /** The inventory's name. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** As known_hosts would name it. */
  readonly name: string;
  /** Where its key is looked for first, and belongs. */
  readonly knownHostsFile: string;
}

/** The message for a host key that was refused (HK001, HK002, HK003, HK004, HK005, HK010). */
export const hostKeyError = (server: Server, key: Buffer, verdict: Verdict, known: KnownHosts): UnreachableError => {
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  switch (verdict.kind) {
    case "revoked":
      return refused(
        server,
        `HK003: the host key of ${server.name} is revoked at ${place(verdict.by)} (${shown})`,
        "give the host a new key",
      );
    case "changed":
      return refused(
        server,
        `HK002: the host key of ${server.name} has CHANGED: expected ${verdict.expected.map(described).join(" or ")}, got ${shown}`,
        "find out why before anything else: somebody may be in between; if the host was made anew, remove the old line by hand",
      );
    case "other-type":
      return otherType(server, verdict.expected, shown);
    case "authority-only":
      return refused(
        server,
        `HK010: ${server.name} is known only by a certificate authority (${place(verdict.by)}), and host certificates are not supported`,
        addCommand(server),
      );
    default:
      return unknown(server, shown, known.broken);
  }
};

/** HK005: the server has no key of the types that are known for it. */
export const otherType = (server: Server, expected: readonly KnownHost[], shown: string): UnreachableError =>
  refused(
    server,
    `HK005: ${server.name} is known by another TYPE of key: known ${expected.map(described).join(" and ")}, the server has ${shown}`,
    addCommand(server),
  );

/** HK004: a line that cannot be read may be the one that revokes the key. */
export const brokenRevocation = (server: Server, { file, line, reason }: BrokenLine): UnreachableError =>
  refused(server, `HK004: ${file}:${line}: a @revoked line cannot be read: ${reason}`, "mend or remove the line");

const unknown = (server: Server, shown: string, broken: readonly BrokenLine[]): UnreachableError => {
  const hint = broken[0]
    ? ` (HK004: ${broken.length} broken line${broken.length > 1 ? "s" : ""}, first ${place(broken[0])}: ${broken[0].reason})`
    : "";
  return refused(server, `HK001: unknown host key of ${server.name}: ${shown}${hint}`, addCommand(server));
};

const refused = ({ host }: Server, message: string, fix: string): UnreachableError =>
  new UnreachableError(host, "host_key", message, { fix });

const addCommand = ({ address, port, knownHostsFile }: Server): string =>
  `compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add it: ssh-keyscan -p ${port} ${address} >> ${posixQuote(knownHostsFile)}`;

const place = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;
const described = (entry: KnownHost): string => `${entry.type} ${fingerprint(entry.key)} (${place(entry)})`;
