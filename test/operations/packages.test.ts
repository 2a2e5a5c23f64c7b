import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import type { Step } from "../../runner/define/step.ts";
import { packages } from "../../runner/operations/packages.ts";
import { unitState } from "../../runner/probes/unit-state.ts";
import { SHELLS } from "../probes/ask-here.ts";
import { changesOf } from "./take-steps.ts";

const at = (version: string, held = false) => ({ version, held });
const plan = (
  args: Parameters<typeof packages>[0],
  installed: object = {},
  manager: "apt" | "dnf" | undefined = "apt",
) =>
  packages.plan({
    args,
    current: {
      manager,
      ...Object.fromEntries(Object.entries(installed).map(([name, state]) => [`package ${name}`, state])),
    },
  });
const textOf = (step: Step | undefined) => (step?.kind === "run" ? commandText(step.command, () => "") : "");

test.each([
  ["all there", { names: ["a", "b"] }, { a: at("1"), b: at("2") }, []],
  ["one missing", { names: ["a", "b"] }, { a: at("1") }, ["package b: absent -> installed"]],
  ["a version that fits", { names: ["a=1.2-3"] }, { a: at("1.2-3") }, []],
  ["a version that does not", { names: ["a=1.2-3"] }, { a: at("1.2-4") }, ["package a: 1.2-4 -> 1.2-3"]],
  ["a beginning that fits", { names: ["a=1.2.*"] }, { a: at("1.2.9-1") }, []],
  [
    "a beginning that does not",
    { names: [{ name: "a", version: "1.2.*" }] },
    { a: at("1.20") },
    ["package a: 1.20 -> 1.2.*"],
  ],
  ["one that must go", { names: ["a", "b"], state: "absent" }, { a: at("1") }, ["package a: 1 -> absent"]],
  ["a hold that is there", { names: ["a"], hold: true }, { a: at("1", true) }, []],
  ["a hold to set", { names: ["a"], hold: true }, { a: at("1") }, ["hold of a: false -> true"]],
  ["a hold to lift", { names: ["a"], hold: false }, { a: at("1", true) }, ["hold of a: true -> false"]],
  ["a hold nobody asked about", { names: ["a"] }, { a: at("1", true) }, []],
  [
    "a held one at another version",
    { names: ["a=2"], hold: true },
    { a: at("1", true) },
    ["package a: 1 -> 2", "hold of a: false -> true"],
  ],
] as const)("%s", (_, args, installed, changes) => {
  expect(changesOf(plan(args as never, installed))).toEqual(changes);
});

test("what is missing comes in one transaction, after which everything may be different", () => {
  const steps = plan({ names: ["haproxy", "keepalived=1:2.2.7-1"] });

  expect(steps).toHaveLength(1);
  expect(steps[0]?.touches).toEqual(["everything"]);
  expect(textOf(steps[0])).toContain(
    "install --allow-downgrades --allow-change-held-packages haproxy keepalived=1:2.2.7-1",
  );
});

test("a plan of a bare host counts on the units that the packages bring, enabled on Debian only", () => {
  const after = (manager: "apt" | "dnf") => {
    const effects = plan({ names: ["haproxy"], units: ["haproxy"] }, {}, manager).flatMap((step) => step.effects);
    const unit = effects.find(({ probe }) => probe.key === unitState("haproxy.service").key);
    return unit?.answer(unitState.bare("haproxy.service"));
  };

  expect(after("apt")).toMatchObject({ load: "loaded", file: "enabled", active: "inactive" });
  expect(after("dnf")).toMatchObject({ load: "loaded", file: "disabled", active: "inactive" });
});

test("dnf is given versions in its own spelling", () => {
  expect(textOf(plan({ names: ["kubelet=1.37.0-1"] }, {}, "dnf")[0])).toMatch(/dnf .*install kubelet-1\.37\.0-1/);
});

test.each([
  ["an unknown package manager", { names: ["a"] }, {}, undefined, /neither apt-get nor dnf nor yum/],
  ["a held package at another version", { names: ["a=2"] }, { a: at("1", true) }, "apt" as const, /a is held at 1/],
  ["a hold without apt", { names: ["a"], hold: true }, { a: at("1") }, "dnf" as const, /cannot be held/],
])("%s is refused", (_, args, installed, manager, message) => {
  expect(() =>
    packages.plan({ args: args as never, current: { manager, "package a": Object.values(installed)[0] as never } }),
  ).toThrow(message);
});

test.each([["-o=x"], ["a b"], ["$(id)"], [""], ["a=1 --force"], ["*"]])("%j is not the name of a package", (name) => {
  expect(() => packages({ names: [name] })).toThrow(/names\.0: is not the name of a package, such as/);
});

describe.each(SHELLS)("%s", (shell) => {
  test.each([
    ["install", plan({ names: ["a=1.*", "b"], indexMaxAgeHours: 24 })],
    ["remove", plan({ names: ["a"], state: "absent", purge: true }, { a: at("1") })],
    ["install by dnf", plan({ names: ["a=1-2"] }, {}, "dnf")],
  ])("can read the script to %s", (_, steps) => {
    const [program, ...words] = shell.split(" ");
    const { status, stderr } = spawnSync(program!, [...words, "-n", "-c", textOf(steps[0])], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
