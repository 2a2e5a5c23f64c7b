import type { UnreachableError } from "../../errors.ts";
import { hostKeyAlgorithms } from "./algorithms.ts";
import type { Endpoint } from "./endpoint.ts";
import { strictVerifier } from "./host-key-check.ts";
import { brokenRevocation, hostKeyError, otherType } from "./host-key-error.ts";
import { judgeHostKey, knownHostName, knownKeyTypes, linesAbout, plainEntries } from "./known-hosts.ts";
import type { ReadKnownHosts } from "./read-known-hosts.ts";

/** Decides about the host key of one connection. */
export interface HostVerifier {
  /** Types of the keys that are known; only these are offered. */
  readonly keyTypes: readonly string[];
  /** Synchronous; strict true or false. */
  readonly verify: (key: Buffer) => boolean;
  /** Why the last key was refused. */
  refusal(): UnreachableError | undefined;
  /** The error for a server that has safe keys (`offered`, as a list with commas), but none of the types that are known for it. */
  otherTypes(offered: string | undefined): UnreachableError | undefined;
}

/** Reads the known_hosts files of an endpoint. Throws UnreachableError when they cannot be trusted. */
export const createHostVerifier = async (endpoint: Endpoint, readKnownHosts: ReadKnownHosts): Promise<HostVerifier> => {
  const name = knownHostName(endpoint.address, endpoint.port);
  const known = linesAbout(await readKnownHosts(endpoint.host, endpoint.knownHostsFiles), name);
  const { host, address, port, knownHostsFiles } = endpoint;
  const server = { host, address, port, name, knownHostsFile: knownHostsFiles[0] ?? "known_hosts" };
  const revocation = known.broken.find(({ revokes }) => revokes);
  if (revocation) throw brokenRevocation(server, revocation);
  let refused: UnreachableError | undefined;
  const verify = strictVerifier((key) => {
    const verdict = judgeHostKey(known, name, key);
    if (verdict.kind === "trusted") return true;
    refused = hostKeyError(server, key, verdict, known);
    return false;
  });
  const keyTypes = knownKeyTypes(known, name);
  return {
    keyTypes,
    verify,
    refusal: () => refused,
    otherTypes(offered = "") {
      const safe = offered.split(",").filter((algorithm) => hostKeyAlgorithms([]).includes(algorithm));
      if (keyTypes.length === 0 || safe.length === 0) return undefined;
      return otherType(server, plainEntries(known.entries, name), safe.join(", "));
    },
  };
};
