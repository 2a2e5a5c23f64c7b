import { expect, test } from "vitest";
import { footprintsMeet } from "../../runner/define/footprint.ts";
import type { Probe } from "../../runner/define/probe.ts";
import type { Step } from "../../runner/define/step.ts";
import { file } from "../../runner/operations/file.ts";
import { group } from "../../runner/operations/group.ts";
import { service } from "../../runner/operations/service.ts";
import { symlink } from "../../runner/operations/symlink.ts";
import { sysctl } from "../../runner/operations/sysctl.ts";
import { user } from "../../runner/operations/user.ts";
import { waitFor } from "../../runner/operations/wait-for.ts";
import { fileHash } from "../../runner/probes/file-hash.ts";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { pathState } from "../../runner/probes/path-state.ts";
import { sysctlValue } from "../../runner/probes/sysctl-value.ts";
import { unitState } from "../../runner/probes/unit-state.ts";

const link = { type: "symlink", mode: "0777", owner: "root", group: "root", target: "/srv/old" } as const;
const docker = {
  ...unitState.bare("docker.service"),
  load: "loaded",
  active: "active",
  sub: "running",
  file: "enabled",
  type: "notify",
};
const etcd = { uid: 998, group: "etcd", groups: [], comment: "", home: "/var/lib/etcd", shell: "/bin/false" };
const account = { account: etcd, password: undefined };
const unset = { state: { type: "absent" }, hash: undefined } as const;

/** Whether a question is asked again after the steps. */
const asksAgain = (steps: readonly Step[], { kind, argument }: Probe<unknown>): boolean =>
  footprintsMeet(
    steps.flatMap(({ touches }) => touches),
    kind.looksAt(argument as never),
  );

test.each<[string, readonly Step[], Probe<unknown>]>([
  [
    "what is seen through a link, when it points elsewhere",
    symlink.plan({ args: { path: "/srv/app", target: "/srv/new" }, current: { state: link } }),
    fileHash("/srv/app/config"),
  ],
  [
    "what was seen through a link, when a file takes its place",
    file.plan({ args: { path: "/srv/app", content: "", force: true }, current: { state: link, hash: undefined } }),
    fileHash("/srv/app/config"),
  ],
  [
    "what a wait was for, whatever it was",
    waitFor.plan({ args: { port: 6443 }, current: { ready: false } }),
    pathExists("/etc/kubernetes/admin.conf"),
  ],
  [
    "units that were stopped with another one",
    service.plan({
      args: { unit: "docker.socket", running: false, enabled: "any" },
      current: { unit: { ...docker, id: "docker.socket" } },
    }),
    unitState("docker"),
  ],
  [
    "files that a unit removes when it ends",
    service.plan({ args: { unit: "docker", running: false, enabled: "any" }, current: { unit: docker } }),
    pathExists("/run/docker.sock"),
  ],
  [
    "units that were disabled with another one (Also=)",
    service.plan({ args: { unit: "docker", running: "any", enabled: false }, current: { unit: docker } }),
    unitState("docker.socket"),
  ],
  [
    "the file of a unit, when it is no longer masked",
    service.plan({
      args: { unit: "docker", running: "any", enabled: "any" },
      current: { unit: { ...docker, file: "masked" } },
    }),
    pathState("/etc/systemd/system/docker.service"),
  ],
  [
    "the names of owners, when a user has another number",
    user.plan({ args: { name: "etcd", uid: 1005 }, current: account }),
    pathState("/srv/etcd"),
  ],
  [
    "the names of owners, when a user goes",
    user.plan({ args: { name: "etcd", state: "absent" }, current: account }),
    pathState("/srv/etcd"),
  ],
  [
    "the names of groups, when a group has another number",
    group.plan({ args: { name: "etcd", gid: 1005 }, current: { group: { gid: 998, members: [] } } }),
    pathState("/srv/etcd"),
  ],
  [
    "the names of groups, when a group goes",
    group.plan({ args: { name: "etcd", state: "absent" }, current: { group: { gid: 998, members: [] } } }),
    pathState("/srv/etcd"),
  ],
  [
    "a setting of one interface, when that of all is set",
    sysctl.plan({ args: { key: "net.ipv6.conf.all.disable_ipv6", value: 1 }, current: { live: "0", ...unset } }),
    sysctlValue("net.ipv6.conf.eth0.disable_ipv6"),
  ],
  [
    "settings of interfaces, when forwarding is turned on",
    sysctl.plan({ args: { key: "net.ipv4.ip_forward", value: 1 }, current: { live: "0", ...unset } }),
    sysctlValue("net.ipv4.conf.all.accept_redirects"),
  ],
  [
    "one of two settings that stand for each other",
    sysctl.plan({ args: { key: "vm.dirty_bytes", value: 1_000_000 }, current: { live: "0", ...unset } }),
    sysctlValue("vm.dirty_ratio"),
  ],
])("asks again for %s", (_, steps, probe) => {
  expect(asksAgain(steps, probe)).toBe(true);
});

test("does not ask again for what a step cannot have changed", () => {
  const forwarding = sysctl.plan({ args: { key: "net.ipv4.ip_forward", value: 1 }, current: { live: "0", ...unset } });
  expect(asksAgain(forwarding, sysctlValue("net.core.somaxconn"))).toBe(false);
  const newcomer = user.plan({ args: { name: "etcd" }, current: { account: undefined, password: undefined } });
  expect(asksAgain(newcomer, pathState("/srv/etcd"))).toBe(false);
});
