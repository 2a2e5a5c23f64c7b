import {
  command,
  defineRole,
  directory,
  file,
  holds,
  osRelease,
  packages,
  service,
  sh,
  sysctl,
  unitState,
  z,
} from "ts-play";
import { cgroupDriver } from "../containerd/vars.ts";

const vars = z.strictObject({
  package: z
    .string()
    .optional()
    .describe(
      "the engine's package, perhaps at a version; by default `docker.io` of Debian; `docker-ce` is that of Docker's repository",
    ),
  cgroupDriver,
  dataRoot: z.string().startsWith("/").default("/var/lib/docker").describe("where images and containers are"),
  logMaxSize: z
    .string()
    .regex(/^\d+[kmg]$/)
    .default("50m")
    .describe("a container's log is rotated when it is so long"),
  logMaxFiles: z.int().min(1).default(3).describe("logs of a container that are kept"),
  liveRestore: z.boolean().default(true).describe("containers go on while the engine is restarted"),
  mirrors: z.array(z.url()).readonly().default([]).describe("mirrors of Docker Hub"),
  insecureRegistries: z.array(z.string()).readonly().default([]).describe("registries without a good certificate"),
  cri: z
    .enum(["cri-dockerd", "none"])
    .default("none")
    .describe(
      "cri-dockerd: lets kubelets use the engine (its package must be known to apt); none: beside the containerd role, or without Kubernetes",
    ),
});

/** Docker Engine. */
export const docker = defineRole({
  name: "docker",
  summary:
    "Docker Engine with the control groups that kubelets expect, logs that end, and cri-dockerd where kubelets shall use it.",
  vars,
  facts: { os: osRelease() },
  tasks: ({ vars, facts }) => {
    const name = vars.package ?? (facts.os.family === "debian" ? "docker.io" : "docker-ce");
    const settings = file({
      path: "/etc/docker/daemon.json",
      content: daemonSettings(vars),
      // Older engines cannot look at a file alone; these take it as it is.
      validate: (written) =>
        sh`! dockerd --help | grep -q -- --validate || dockerd --validate --config-file ${written}`,
    });
    const runs = holds(unitState("docker.service"), ({ active }) => active === "active", "docker runs");
    return [
      // An engine that has to switch forwarding on drops what is not its own.
      sysctl({ key: "net.ipv4.ip_forward", value: 1 }),
      packages({ names: [name, ...(vars.cri === "cri-dockerd" ? ["cri-dockerd"] : [])], units: ["docker"] }),
      directory({ path: "/etc/docker" }),
      settings,
      service({ unit: "docker" }, { onChangeOf: [settings], until: runs, retries: 2 }),
      vars.cri === "cri-dockerd" && service({ unit: "cri-docker.socket" }),
      command({
        run: sh`systemctl restart docker`,
        unless: sh`[ "$(docker info -f '{{.CgroupDriver}}' 2>/dev/null)" = ${vars.cgroupDriver} ]`,
        changes: ["unit:docker.service"],
      }),
    ];
  },
});

const daemonSettings = (given: z.output<typeof vars>): string =>
  `${JSON.stringify(
    {
      "data-root": given.dataRoot,
      "exec-opts": [`native.cgroupdriver=${given.cgroupDriver}`],
      "log-driver": "json-file",
      "log-opts": { "max-size": given.logMaxSize, "max-file": String(given.logMaxFiles) },
      "live-restore": given.liveRestore,
      ...(given.mirrors.length > 0 && { "registry-mirrors": given.mirrors }),
      ...(given.insecureRegistries.length > 0 && { "insecure-registries": given.insecureRegistries }),
    },
    undefined,
    2,
  )}\n`;
