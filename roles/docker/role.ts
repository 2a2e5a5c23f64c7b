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
  type z,
} from "ts-play";
import { dockerVars } from "./vars.ts";

/** Docker Engine. */
export const docker = defineRole({
  name: "docker",
  summary:
    "Docker Engine with the control groups that kubelets expect, logs that end, and cri-dockerd where kubelets shall use it.",
  vars: dockerVars,
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

const daemonSettings = (given: z.output<typeof dockerVars>): string =>
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
