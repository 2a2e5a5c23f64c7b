import { logOf } from "./has-log.ts";
import { binariesOf } from "./source.ts";
import type { EtcdVars } from "./vars.ts";

export const ENVIRONMENT = "/etc/etcd/etcd.env";
export const BOOTSTRAP = "/etc/etcd/bootstrap.env";
export const UNIT = "/etc/systemd/system/etcd.service";

/** Written by each start: the hashes of all that etcd reads only then. So a host knows whether what runs is what is configured. */
export const STARTED = "/run/etcd/started";

/** Written when the member has joined a majority for the first time: then its cluster exists. */
export const joinedMark = (dataDir: string): string => `${dataDir}/joined`;

/** Written into a member's data when it was restored: for which new cluster. */
export const restoredMark = (dataDir: string): string => `${dataDir}/restored`;

/** What a running etcd has read once and will not read again; certificates are read at each handshake. */
export const readAtStart = ({ pki, source }: Pick<EtcdVars, "pki" | "source">): readonly string[] => [
  ENVIRONMENT,
  UNIT,
  `${pki}/ca.crt`,
  `${binariesOf(source)}/etcd`,
];

/** The service; its start ends when the member has joined a majority (Type=notify), which may take as long as it must. */
export function etcdUnit(vars: EtcdVars) {
  const { dataDir, walDir, source } = vars;
  const program = `${binariesOf(source)}/etcd`;
  return {
    Unit: {
      Description: "etcd, a consistent key-value store",
      Documentation: "https://etcd.io/docs/",
      Wants: "network-online.target",
      After: "network-online.target",
      // A member that cannot reach the others must go on trying, however often it has ended.
      StartLimitIntervalSec: 0,
      // Without a log and without start flags it would begin a cluster of its own, such as after a reboot in the middle of a run.
      ConditionPathExistsGlob: [`|${BOOTSTRAP}`, `|${logOf(vars)}/*.wal`],
    },
    Service: {
      Type: "notify",
      User: "etcd",
      Group: "etcd",
      EnvironmentFile: [`-${BOOTSTRAP}`, ENVIRONMENT],
      RuntimeDirectory: "etcd",
      RuntimeDirectoryMode: "0755",
      ExecStartPre: `/bin/sh -c 'sha256sum ${readAtStart(vars).join(" ")} >${STARTED}'`,
      ExecStart: program,
      ExecStartPost: `/bin/sh -c 'touch ${joinedMark(dataDir)}'`,
      TimeoutStartSec: "infinity",
      Restart: "always",
      RestartSec: 5,
      LimitNOFILE: 65536,
      // Memory is short and disks are busy when a cluster is in trouble; then it must not lose its store as well.
      OOMScoreAdjust: -999,
      IOSchedulingClass: "best-effort",
      IOSchedulingPriority: 0,
      NoNewPrivileges: true,
      ProtectSystem: "strict",
      ReadWritePaths: [dataDir, ...(walDir === undefined ? [] : [walDir])].join(" "),
      ProtectHome: true,
      PrivateTmp: true,
      ProtectKernelTunables: true,
      ProtectKernelModules: true,
      ProtectControlGroups: true,
      RestrictAddressFamilies: "AF_UNIX AF_INET AF_INET6",
      RestrictSUIDSGID: true,
      LockPersonality: true,
      CapabilityBoundingSet: "",
    },
    Install: { WantedBy: "multi-user.target" },
  };
}
