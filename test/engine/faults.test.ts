import { expect, test } from "vitest";
import { BundleLostError } from "../../runner/engine/action.ts";
import { ExitCode, StalePlanError, UnreachableError } from "../../runner/errors.ts";
import {
  defineOperation,
  defineOutput,
  defineRole,
  Group,
  play,
  reboot,
  refOf,
  run,
  sh,
  type Tasks,
  z,
} from "../../runner/index.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { FakeHost } from "../../runner/testing/index.ts";
import { carry, FakeFleet, groupOf } from "./fake-fleet.ts";
import { textOf, toyFile, toyOnce } from "./toy.ts";

const roleOf = (tasks: () => Tasks) => defineRole({ name: "toy", summary: "", vars: z.object({}), tasks })({});
const oneFile = roleOf(() => [toyFile({ path: "/a", text: "1" })]);
const withFact = defineRole({
  name: "toy",
  summary: "",
  vars: z.object({}),
  facts: { machine: textOf("/machine") },
  tasks: () => [toyFile({ path: "/a", text: "1" })],
})({});

/** The next so many reads lose the link. */
function loseReads(driver: FakeHost | ReturnType<FakeFleet["driver"]>, times: number): void {
  const read = driver.read.bind(driver);
  let left = times;
  driver.read = async (probes) => {
    if (left-- > 0) throw new BundleLostError("connection reset", []);
    return read(probes);
  };
}

test.each([
  ["once: the run goes on over a new one", 1, "done", ExitCode.done],
  ["again and again: unreachable, and no bug", 9, "unreachable", ExitCode.unreachable],
])("a link lost while facts are asked for, %s", async (_, times, state, code) => {
  const fleet = new FakeFleet();
  loseReads(fleet.driver("a"), times);
  const { states, exitCode, events } = await carry(
    [play({ title: "one", on: groupOf("a"), roles: [withFact] })],
    fleet,
  );
  expect(states).toEqual([`0 a ${state}`]);
  expect(exitCode).toBe(code);
  expect(JSON.stringify(events)).not.toContain("stack");
});

test.each([
  [1, "done"],
  [9, "unreachable"],
])("a link lost %d times in a check ends as %s", async (times, state) => {
  const host = new FakeHost();
  loseReads(host, times);
  expect((await host.check(oneFile)).state).toBe(state);
  expect(host.ran).toEqual([]);
});

test("a change that a saved plan does not have ends with the exit code of a stale plan, and nothing is changed", async () => {
  const { exitCode, fleet } = await carry(
    [play({ title: "one", on: groupOf("a"), retries: 3, roles: [oneFile] })],
    new FakeFleet(),
    {
      permit: () => {
        throw new StalePlanError("not in the plan");
      },
    },
  );
  expect(exitCode).toBe(ExitCode.stalePlan);
  expect(fleet.driver("a").ran).toEqual([]);
});

test("an output that could not be had is asked for again by the next who needs it", async () => {
  const output = defineOutput({ name: "text", probe: textOf("/token") });
  const keep = defineOperation({
    name: "keep",
    summary: "",
    example: "",
    args: z.object({ text: z.custom<string>() }),
    subject: () => "",
    read: () => ({}),
    plan: () => [],
  });
  const from = output.from(new Group("cp", [{ name: "cp", address: "192.0.2.9" }]));
  const role = roleOf(() => [keep({ text: from as never }, { retries: 1, delayMs: 1 })]);
  const fleet = new FakeFleet();
  const cp = fleet.driver("cp");
  const read = cp.read.bind(cp);
  let failures = 1;
  cp.read = async (probes) => {
    if (failures-- > 0) throw new UnreachableError("cp", "refused", "connection refused");
    return read(probes);
  };
  const { exitCode } = await carry([play({ title: "one", on: groupOf("a"), roles: [role] })], fleet);
  expect(exitCode).toBe(0);
});

test("an output of any host of a group is that of the first that can be asked and has one", async () => {
  const output = defineOutput({ name: "text", probe: textOf("/token") });
  const seen: unknown[] = [];
  const keep = defineOperation({
    name: "keep",
    summary: "",
    example: "",
    args: z.object({ text: z.custom<string>() }),
    subject: () => "",
    read: () => ({}),
    plan: ({ args }) => {
      seen.push(args.text);
      return [];
    },
  });
  const group = new Group(
    "cp",
    ["gone", "empty", "cp", "later"].map((name) => ({ name, address: "192.0.2.9" })),
  );
  const role = roleOf(() => [keep({ text: output.fromAny(group) as never })]);
  const fleet = new FakeFleet();
  fleet.driver("gone").read = () => Promise.reject(new UnreachableError("gone", "refused", "connection refused"));
  fleet.driver("empty").set(textOf("/token"), undefined as never);
  fleet.driver("cp").set(textOf("/token"), "first");
  fleet.driver("later").set(textOf("/token"), "second");
  const { exitCode } = await carry([play({ title: "one", on: groupOf("a", "b"), roles: [role] })], fleet);
  expect(exitCode).toBe(0);
  expect(seen).toEqual(["first", "first"]);
  expect([fleet.driver("cp").roundTrips, fleet.driver("later").roundTrips]).toEqual([1, 0]);
});

test("a play does not begin again where something must not be done twice", async () => {
  const fleet = new FakeFleet();
  fleet.driver("a").loseLinkAt = { step: /once/, happened: true };
  const once = roleOf(() => [toyOnce({ what: "a" })]);
  const { states, fleet: used } = await carry(
    [play({ title: "one", on: groupOf("a"), retries: 2, roles: [once] })],
    fleet,
  );
  expect(states).toEqual(["0 a unknown"]);
  expect(used.driver("a").ran).toEqual(["once a"]);
});

test("a journal that cannot be written stops every host before its next change, and the run when all have stopped", async () => {
  const fleet = new FakeFleet();
  let running = 0;
  for (const name of ["a", "b"]) {
    const driver = fleet.driver(name);
    const bundle = driver.carry.bind(driver);
    driver.carry = async (actions) => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, name === "b" ? 30 : 1));
      running--;
      return bundle(actions);
    };
  }
  let commits = 0;
  const recorder = {
    emit: () => undefined,
    // Each host's first change is recorded, then the disk is full.
    commit: async () => {
      if (++commits > 2) throw new Error("no space left on device");
    },
    now: () => 0,
  };
  const two = roleOf(() => [toyFile({ path: "/a", text: "1" }), toyFile({ path: "/a", text: "2" }, { name: "next" })]);
  const failing = carry([play({ title: "one", on: groupOf("a", "b"), roles: [two] })], fleet, { recorder });
  await expect(failing).rejects.toThrow("no space left");
  expect(running).toBe(0);
  expect([fleet.driver("a").ran, fleet.driver("b").ran]).toEqual([["write /a"], ["write /a"]]);
});

test("a value of another host is not made before the change that needs it is on record", async () => {
  const order: string[] = [];
  const token = defineOutput({ name: "token", command: sh`make-token`, parse: () => "t" });
  const join = defineOperation({
    name: "join",
    summary: "",
    example: "",
    args: z.object({ token: refOf<string>() }),
    subject: () => "",
    provable: () => false,
    read: () => ({}),
    plan: ({ args }) => [run(sh`join ${args.token}`)],
  });
  const from = token.from(new Group("cp", [{ name: "cp", address: "192.0.2.9" }]));
  const fleet = new FakeFleet();
  fleet.driver("cp").capture = async () => {
    order.push("made");
    return { stdout: "", stderr: "", exitCode: 0 };
  };
  const recorder = {
    emit: ({ type }: RunEvent) => (type === "task-start" ? order.push("told") : undefined),
    commit: async () => void order.push("recorded"),
    now: () => 0,
  };
  await carry([play({ title: "one", on: groupOf("a"), roles: [roleOf(() => [join({ token: from })])] })], fleet, {
    recorder,
  });
  expect(order.slice(0, 3)).toEqual(["told", "recorded", "made"]);
});

test("hosts that were still waiting when the run was interrupted are skipped, not unreachable", async () => {
  const controller = new AbortController();
  const { states, fleet } = await carry(
    [play({ title: "one", on: groupOf("a", "b"), roles: [withFact] })],
    new FakeFleet(),
    {
      forks: 1,
      signal: controller.signal,
      leftOut: () => {
        controller.abort();
        return new Map();
      },
    },
  );
  expect(states).toEqual(["0 a skipped", "0 b skipped"]);
  expect(fleet.roundTrips("b")).toBe(0);
});

test("an interrupted run does not sit out the pause before another try, and says that the task has failed", async () => {
  const controller = new AbortController();
  const fleet = new FakeFleet();
  const driver = fleet.driver("a");
  driver.failOn = /write/;
  const carryNow = driver.carry.bind(driver);
  driver.carry = async (actions) => {
    setTimeout(() => controller.abort(), 20);
    return carryNow(actions);
  };
  const startedAt = performance.now();
  const slow = roleOf(() => [toyFile({ path: "/a", text: "1" }, { retries: 3, delayMs: 60_000 })]);
  const { exitCode, events } = await carry([play({ title: "one", on: groupOf("a"), roles: [slow] })], fleet, {
    signal: controller.signal,
  });
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  expect(exitCode).toBe(130);
  expect(events.flatMap((event) => (event.type === "task-end" ? [event.state] : []))).toEqual(["failed"]);
});

test("a host that does not come back from its restart is unknown, and why is told; it was not merely unreachable", async () => {
  const host = new FakeHost();
  const { carry, read } = host;
  host.carry = async (actions) => {
    const results = await carry.call(host, actions);
    if (actions.some((action) => action.kind === "step" && action.step.kind === "reboot"))
      host.read = () => Promise.reject(new UnreachableError("fake", "refused", "connection refused"));
    return results;
  };
  host.failOn = /^reboot/;
  const role = roleOf(() => [
    toyFile({ path: "/a", text: "1" }),
    reboot({ reason: "now", when: sh`true`, timeoutMs: 1000 }),
    toyFile({ path: "/b", text: "1" }),
  ]);
  host.setCommand(sh`true`, true);
  const run = await host.attempt(role);
  expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "unknown", "unreachable"]);
  expect(run.state).toBe("unknown");
  expect(run.failure?.message).toMatch(/reboot.*exit code 1.*connection refused/);
  host.read = read;
});
