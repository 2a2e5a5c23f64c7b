import { command, defineRole, type Host, osRelease, packages, sh, sysctl, systemdUnit, template } from "ts-play";
import { CHROOT, configuration, MODE, PATH } from "./configuration.ts";
import { LOOPBACK, preflight } from "./preflight.ts";
import { running } from "./running.ts";
import { needsAnyPort, selinuxAllows } from "./selinux.ts";
import { validator } from "./validator.ts";
import { type HaproxyVars, haproxyVars } from "./vars.ts";

/** Balances TCP services over servers that are well. */
export const haproxy = defineRole({
  name: "haproxy",
  summary:
    "HAProxy in front of TCP services: health checks (also over TLS), statistics socket, reload without lost connections.",
  vars: haproxyVars,
  facts: { os: osRelease() },

  tasks: ({ vars, facts: { os }, host }) => {
    const { content, id, socket } = configuration(vars, os.family);
    const file = template({ path: PATH, content, mode: MODE, validate: validator(os.family, socket) });

    return [
      preflight(vars, os, host),
      packages({ names: ["haproxy", "socat"], units: ["haproxy"] }),
      nonlocalBinds(vars, host),
      os.family === "redhat" && redHatTasks(vars),
      file,
      running({ id, socket }, { onChangeOf: [file], name: "service haproxy.service" }),
    ];
  },
});

/** A balancer must be able to listen on a floating address that another host holds just now. */
function nonlocalBinds({ services, statistics }: HaproxyVars, host: Host) {
  const addresses = [...services.flatMap(({ addresses }) => addresses), statistics?.address ?? "*"];
  const floating = addresses.filter((one) => !["*", "::", host.address, ...LOOPBACK].includes(one));
  const families = [
    floating.some((one) => !one.includes(":")) && "ipv4",
    floating.some((one) => one.includes(":")) && "ipv6",
  ];
  return families.map((family) => family && sysctl({ key: `net.${family}.ip_nonlocal_bind`, value: 1 }));
}

/** What Debian's package brings with it. */
function redHatTasks({ services, statistics }: HaproxyVars) {
  const ports = [...services.flatMap(({ port, servers }) => [port, ...servers.map((server) => server.port)])];
  const log = systemdUnit({
    name: "haproxy",
    dropIn: "ts-play-log",
    content: { Service: { BindReadOnlyPaths: `/dev/log:${CHROOT}/dev/log` } },
  });
  return [
    needsAnyPort(statistics ? [...ports, statistics.port] : ports) && selinuxAllows({ name: "haproxy_connect_any" }),
    log,
    // A reload keeps the old view of the file system; what does not run yet is not started by this.
    command({ run: sh`systemctl try-restart haproxy.service`, onlyWhenTriggered: true }, { onChangeOf: [log] }),
  ];
}
