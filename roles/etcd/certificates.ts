import { certificate, directory, type Tasks } from "ts-play";
import { etcdTrust } from "./trust.ts";
import type { EtcdMember, EtcdVars } from "./vars.ts";

/**
 * All certificates of a member. etcd answers and calls with its server certificate (its own gateway to JSON is a client of it), so
 * that is a peer's as well; with the client certificate the host itself asks for health.
 */
export function memberCertificates(vars: EtcdVars, self: EtcdMember, owner: string): Tasks {
  const { ca, pki, key } = vars;
  const lifetime = { lifetimeDays: vars.certificateDays, renewBeforeDays: vars.renewBeforeDays };
  const common = { ca, key, owner, group: owner, ...lifetime };
  const addresses = [self.address, "127.0.0.1", "::1"];
  const names = [self.name, "localhost"];
  const at = (name: string) => ({ path: `${pki}/${name}.crt`, keyPath: `${pki}/${name}.key` });
  const peer = { ...common, addresses, profile: "peer", commonName: self.name } as const;
  return [
    directory({ path: pki, mode: "0755" }),
    etcdTrust({ path: `${pki}/ca.crt`, ca, dataDir: vars.dataDir, walDir: vars.walDir }),
    certificate({ ...peer, ...at("server"), names: [...names, ...vars.names] }),
    certificate({ ...peer, ...at("peer"), names }),
    certificate({ ...common, ...at("client"), profile: "client", commonName: `etcd-operator-${self.name}` }),
  ];
}
