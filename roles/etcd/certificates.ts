import { certificate, directory, type Task, type Tasks } from "ts-play";
import { etcdTrust } from "./trust.ts";
import type { EtcdMember, EtcdVars } from "./vars.ts";

/** Whom a member trusts, and all of its certificates. */
export const memberCertificates = (vars: EtcdVars, self: EtcdMember, owner: string): Tasks => [
  directory({ path: vars.pki, mode: "0755" }),
  memberTrust(vars, "none"),
  issuedCertificates(vars, self, owner),
];

export const memberTrust = (vars: EtcdVars, rotation: "none" | "widen" | "narrow"): Task =>
  etcdTrust({
    path: `${vars.pki}/ca.crt`,
    ca: vars.ca,
    former: vars.formerCa,
    rotation,
    own: `${vars.pki}/server.crt`,
    dataDir: vars.dataDir,
    walDir: vars.walDir,
  });

/**
 * All certificates of a member. etcd answers and calls with its server certificate (its own gateway to JSON is a client of it), so
 * that is a peer's as well; with the client certificate the host itself asks for health.
 */
export function issuedCertificates(vars: EtcdVars, self: EtcdMember, owner: string): Tasks {
  const { ca, pki, key } = vars;
  const lifetime = { lifetimeDays: vars.certificateDays, renewBeforeDays: vars.renewBeforeDays };
  const common = { ca, key, owner, group: owner, ...lifetime };
  const addresses = [self.address, "127.0.0.1", "::1"];
  const names = [self.name, "localhost"];
  const at = (name: string) => ({ path: `${pki}/${name}.crt`, keyPath: `${pki}/${name}.key` });
  const peer = { ...common, addresses, profile: "peer", commonName: self.name } as const;
  return [
    certificate({ ...peer, ...at("server"), names: [...names, ...vars.names] }),
    certificate({ ...peer, ...at("peer"), names }),
    certificate({ ...common, ...at("client"), profile: "client", commonName: `etcd-operator-${self.name}` }),
  ];
}
