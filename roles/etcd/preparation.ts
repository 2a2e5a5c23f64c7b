import { type Architecture, directory, file, type OsRelease, service, systemdUnit, type Tasks } from "ts-play";
import { memberCertificates } from "./certificates.ts";
import { environmentFile, etcdFlags } from "./settings.ts";
import { installation, minorOf } from "./source.ts";
import { ENVIRONMENT, etcdUnit } from "./unit.ts";
import type { EtcdMember, EtcdVars } from "./vars.ts";

interface Facts {
  readonly os: OsRelease;
  readonly arch: Architecture;
}

/** All that a member needs before it can be started: program, folders, certificates, settings, unit. Nothing is started. */
export function preparation(vars: EtcdVars, { os, arch }: Facts, self: EtcdMember): Tasks {
  const flags = etcdFlags({ ...vars, ...self, minor: minorOf(vars.source) });
  return [
    installation(vars.source, os, arch),
    directory({ path: "/etc/etcd", mode: "0755" }),
    [vars.dataDir, ...(vars.walDir === undefined ? [] : [vars.walDir])].map((path) =>
      directory({ path, owner: "etcd", group: "etcd", mode: "0700" }),
    ),
    memberCertificates(vars, self, "etcd"),
    file({ path: ENVIRONMENT, content: environmentFile(flags), mode: "0640", group: "etcd" }),
    systemdUnit({ name: "etcd", content: etcdUnit(vars) }),
    service({ unit: "etcd", running: "any" }),
  ];
}
