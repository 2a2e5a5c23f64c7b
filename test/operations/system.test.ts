import { describe, expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { type Condition, holds } from "../../runner/define/condition.ts";
import type { Effect, Step } from "../../runner/define/step.ts";
import { hostname } from "../../runner/operations/hostname.ts";
import { hostsEntry } from "../../runner/operations/hosts-entry.ts";
import { kernelModule } from "../../runner/operations/kernel-module.ts";
import { reboot } from "../../runner/operations/reboot.ts";
import { sysctl } from "../../runner/operations/sysctl.ts";
import { systemdUnit } from "../../runner/operations/systemd-unit.ts";
import { unitText } from "../../runner/operations/unit-file.ts";
import { bootId } from "../../runner/probes/boot-id.ts";
import type { PathState } from "../../runner/probes/path-state.ts";
import { type UnitState, unitState } from "../../runner/probes/unit-state.ts";
import { changesOf } from "./take-steps.ts";

const absent = { type: "absent" } as const;
const shown = (steps: readonly Step[]) =>
  steps.map((step) =>
    step.kind === "run" ? step.command.toString() : "path" in step ? `${step.kind} ${step.path}` : step.kind,
  );
/** What a probe will answer after the steps. */
const foretold = (steps: readonly Step[], kind: string, path?: string) =>
  steps
    .flatMap(({ effects }) => effects)
    .filter(({ probe }: Effect) => probe.kind.kindName === kind && (path === undefined || probe.argument === path))
    .at(-1)
    ?.answer(absent);

describe("sysctl", () => {
  const path = "/etc/sysctl.d/60-ts-play-net.ipv4.ip_forward.conf";
  const args = { key: "net.ipv4.ip_forward", value: 1 };
  const fresh = sysctl.plan({ args, current: { live: "0", state: absent, hash: undefined } });
  const stored = {
    state: foretold(fresh, "pathState", path) as PathState,
    hash: foretold(fresh, "fileHash", path) as string,
  };

  test("sets a setting for the next boot and live", () => {
    expect(shown(fresh)).toEqual([`write ${path}`, "printf '%s\\n' 1 >/proc/sys/net/ipv4/ip_forward"]);
    expect(changesOf(fresh)).toContain("net.ipv4.ip_forward: 0 -> 1");
  });

  test("sees drift of either alone, and nothing when both are right", () => {
    expect(sysctl.plan({ args, current: { live: "1", ...stored } })).toEqual([]);
    expect(shown(sysctl.plan({ args, current: { live: "0", ...stored } }))).toHaveLength(1);
    expect(shown(sysctl.plan({ args, current: { live: "1", state: absent, hash: undefined } }))).toEqual([
      `write ${path}`,
    ]);
  });

  test("takes any spacing of a list for the same value", () => {
    const steps = sysctl.plan({
      args: { key: "net.ipv4.tcp_rmem", value: "4096  131072\t6291456" },
      current: { live: "4096 131072 6291456", state: absent, hash: undefined },
    });

    expect(shown(steps)).toHaveLength(1);
  });

  test("refuses a setting that the kernel does not have", () => {
    expect(() => sysctl.plan({ args, current: { live: undefined, state: absent, hash: undefined } })).toThrow(
      /no setting net\.ipv4\.ip_forward/,
    );
  });

  test.each(["forward", "net.ipv4.../../x", "net ipv4", "../etc/passwd"])("%j is no setting", (key) => {
    expect(() => sysctl({ key, value: 1 })).toThrow(/VAR005/);
  });
});

describe("kernelModule", () => {
  const none = { list: absent, listHash: undefined, options: absent, optionsHash: undefined };

  test("loads a module now and at boot", () => {
    expect(shown(kernelModule.plan({ args: { name: "br_netfilter" }, current: { loaded: false, ...none } }))).toEqual([
      "mkdir -p -m 0755 /etc/modules-load.d",
      "write /etc/modules-load.d/ts-play-br_netfilter.conf",
      "modprobe br_netfilter",
    ]);
  });

  test("writes options before it loads, and does not load what is there", () => {
    const args = { name: "nf_conntrack", params: { hashsize: 65536 } };

    expect(shown(kernelModule.plan({ args, current: { loaded: true, ...none } }))).toEqual([
      "mkdir -p -m 0755 /etc/modprobe.d",
      "write /etc/modprobe.d/ts-play-nf_conntrack.conf",
      "mkdir -p -m 0755 /etc/modules-load.d",
      "write /etc/modules-load.d/ts-play-nf_conntrack.conf",
    ]);
  });
});

describe("systemdUnit", () => {
  const none = unitState.bare("tick.service");
  const args = {
    name: "tick",
    content: {
      Service: { Type: "oneshot", ExecStart: ["/bin/a", "/bin/b"] },
      Install: { WantedBy: "multi-user.target" },
    },
  };
  const fresh = systemdUnit.plan({ args, current: { state: absent, hash: undefined, unit: none } });
  const path = "/etc/systemd/system/tick.service";
  const there = {
    state: foretold(fresh, "pathState", path) as PathState,
    hash: foretold(fresh, "fileHash", path) as string,
  };
  const known = fresh
    .flatMap(({ effects }) => effects)
    .find(({ probe }) => probe.key === unitState("tick.service").key)
    ?.answer(none) as UnitState;

  test("writes the file, has it checked, and has systemd read it once for all units of a bundle", () => {
    expect(shown(fresh)).toEqual([`write ${path}`, "systemctl daemon-reload"]);
    expect(fresh[0]).toMatchObject({ validate: expect.anything() });
    expect(fresh[1]).toMatchObject({ once: "daemon-reload", touches: ["unit:tick.service"] });
  });

  test("foretells the unit to the service task that follows", () => {
    expect(known).toMatchObject({ load: "loaded", file: "disabled", type: "oneshot", active: "inactive" });
    expect(systemdUnit.plan({ args, current: { ...there, unit: known } })).toEqual([]);
  });

  test("has a file read that an interrupted run wrote and left unread", () => {
    const steps = systemdUnit.plan({ args, current: { ...there, unit: { ...known, needsDaemonReload: true } } });

    expect(shown(steps)).toEqual(["systemctl daemon-reload"]);
    expect(changesOf(steps)).toEqual(["unit file read: before its change -> now"]);
  });

  test("is refused on a host without systemd, before the file is there", () => {
    const unit = { ...none, load: "no-systemd" };
    const plan = () => systemdUnit.plan({ args, current: { state: absent, hash: undefined, unit } });
    expect(plan).toThrow("does not run systemd");
  });

  test("adds a drop-in to a unit of a package, and leaves its state alone", () => {
    const running: UnitState = { ...none, load: "loaded", active: "active", file: "enabled" };
    const steps = systemdUnit.plan({
      args: { name: "haproxy", dropIn: "limits", content: { Service: { LimitNOFILE: 65536 } } },
      current: { state: absent, hash: undefined, unit: running },
    });

    expect(shown(steps)).toEqual([
      "mkdir -p -m 0755 /etc/systemd/system/haproxy.service.d",
      "write /etc/systemd/system/haproxy.service.d/limits.conf",
      "systemctl daemon-reload",
    ]);
    expect(steps.at(-1)?.effects.map(({ answer }) => answer(running))).toEqual([running]);
  });

  test("removes a unit file", () => {
    const gone = { name: "tick", state: "absent" as const };

    expect(shown(systemdUnit.plan({ args: gone, current: { ...there, unit: known } }))).toEqual([
      `remove ${path}`,
      "systemctl daemon-reload",
    ]);
    expect(systemdUnit.plan({ args: gone, current: { state: absent, hash: undefined, unit: none } })).toEqual([]);
  });

  test("renders sections in order, lists as repeated keys, booleans as systemd writes them", () => {
    expect(unitText({ Unit: { After: ["a", "b"] }, Service: { RemainAfterExit: true, Nice: 5 } })).toBe(
      "[Unit]\nAfter=a\nAfter=b\n\n[Service]\nRemainAfterExit=yes\nNice=5\n",
    );
  });

  test.each([
    { name: "tick" },
    { name: "tick", content: "" },
    { name: "a/b", content: "x" },
    { name: "tick", state: "absent" as const, content: "x" },
    { name: "tick", content: { Service: { ExecStart: "a\nb" } } },
  ])("%j is an error of the role", (wrong) => {
    expect(() => systemdUnit(wrong)).toThrow(/VAR005/);
  });
});

describe("hostname", () => {
  test.each([
    ["right", { live: "lb1", stored: "lb1" }, []],
    ["wrong until the next boot", { live: "old", stored: "lb1" }, ["live name: old -> lb1"]],
    ["lost at the next boot", { live: "lb1", stored: "old" }, ["stored name: old -> lb1"]],
  ])("a name that is %s", (_, now, changes) => {
    expect(changesOf(hostname.plan({ args: { name: "lb1" }, current: { now } }))).toEqual(changes);
  });

  test.each(["LB1", "lb_1", "-lb", "a..b", "x".repeat(65)])("%s is no name", (name) => {
    expect(() => hostname({ name })).toThrow(/VAR005/);
  });
});

describe("hostsEntry", () => {
  const api = { address: "10.0.0.10", names: ["api.example.org", "api"] };
  const line = "10.0.0.10 api.example.org api";
  const file: PathState = { type: "file", mode: "0640", owner: "root", group: "adm" };
  test("what cannot be read is never written anew", () => {
    const plan = (state: PathState) => hostsEntry.plan({ args: api, current: { text: undefined, state } });
    expect(() => plan({ ...file, size: 10 })).toThrow("/etc/hosts changed while it was read");
    expect(() => plan({ ...file, type: "symlink", target: "/x" })).toThrow("/etc/hosts is a symlink, not a file");
  });

  const text = (before: string | undefined, args: Parameters<typeof hostsEntry>[0] = api) => {
    const [step] = hostsEntry.plan({ args, current: { text: before, state: before === undefined ? absent : file } });
    return step?.kind === "write" ? step.content : before;
  };

  test.each<[string, string | undefined, string]>([
    ["is added at the end", "127.0.0.1 localhost\n", `127.0.0.1 localhost\n${line}\n`],
    ["is added where the last line lacks its end", "127.0.0.1 localhost", `127.0.0.1 localhost\n${line}\n`],
    ["makes the file", undefined, `${line}\n`],
    [
      "is left as it is, spacing and comment included",
      "10.0.0.10\tapi.example.org  api # vip\n",
      "10.0.0.10\tapi.example.org  api # vip\n",
    ],
    ["replaces the address that a name had", "10.0.0.9 api # old\n", `${line}\n`],
    ["leaves other names of the old address", "10.0.0.9 db api # old\n", `10.0.0.9 db # old\n${line}\n`],
    ["replaces its own old line in its place", "10.0.0.10 api\n::1 localhost\n", `${line}\n::1 localhost\n`],
    ["leaves the same name of the other family", "fd00::10 api\n", `fd00::10 api\n${line}\n`],
    ["leaves what is commented out", "#10.0.0.9 api\n", `#10.0.0.9 api\n${line}\n`],
    ["is there once", `${line}\n${line}\n`, `${line}\n`],
  ])("an entry %s", (_, before, after) => {
    expect(text(before)).toBe(after);
    expect(text(after)).toBe(after);
  });

  test("an entry that must go goes, and only it", () => {
    expect(text(`127.0.0.1 localhost\n${line}\n`, { ...api, state: "absent" })).toBe("127.0.0.1 localhost\n");
    expect(text("127.0.0.1 localhost", { ...api, state: "absent" })).toBe("127.0.0.1 localhost");
  });

  test("rights of the file stay as they are", () => {
    expect(hostsEntry.plan({ args: api, current: { text: "", state: file } })).toMatchObject([
      { mode: "0640", group: "adm" },
    ]);
  });
});

describe("reboot", () => {
  const when = holds(bootId(), (id) => id === "old", "an old boot") as Condition;

  test.each([
    ["when its condition holds", { when }, "old", false, ["restart: running -> an old boot"]],
    ["not when it does not", { when }, "new", false, []],
    ["when something it reacts to has changed", {}, undefined, true, ["restart: running -> kernel"]],
    ["not when nothing has", {}, undefined, false, []],
    [
      "also when the condition does not hold and something has changed",
      { when },
      "new",
      true,
      ["restart: running -> kernel"],
    ],
  ])("happens %s", (_, args, due, triggered, changes) => {
    const steps = reboot.plan({ args: { reason: "kernel", ...args }, current: { due }, triggered });

    expect(changesOf(steps)).toEqual(changes);
    expect(steps.every(({ kind, touches }) => kind === "reboot" && touches.includes("everything"))).toBe(true);
  });

  test("a command can be the condition", () => {
    const args = { reason: "packages ask for it", when: sh`test -e /run/reboot-required` };

    expect(reboot.plan({ args, current: { due: true } })).toHaveLength(1);
    expect(reboot.plan({ args, current: { due: false } })).toEqual([]);
  });
});
