import { expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { Group } from "../../runner/define/host.ts";
import {
  defineOperation,
  defineOutput,
  defineRole,
  predict,
  type Ref,
  refOf,
  run,
  service,
  systemdUnit,
  TaskRefusal,
  type Tasks,
  unitState,
  waitFor,
  z,
} from "../../runner/index.ts";
import { FakeHost } from "../../runner/testing/index.ts";
import { textOf, toyCommand, toyFile, toyLiar, toyOnce, toyReload } from "./toy.ts";

const roleOf = (tasks: () => Tasks) => defineRole({ name: "toy", summary: "A toy.", vars: z.object({}), tasks })({});

const forty = () => {
  const files = Array.from({ length: 40 }, (_, i) => toyFile({ path: `/etc/toy/${i}`, text: `v${i}` }));
  return roleOf(() => [...files, toyReload({ unit: "web" }, { onChangeOf: files })]);
};

test("forty files and a reload are one read and one bundle", async () => {
  const run = await new FakeHost().apply(forty());
  expect(run.steps.length).toBe(41);
  expect(run.roundTrips).toBe(2);
});

test("a run that changes nothing is one read", async () => {
  const host = new FakeHost();
  await host.apply(forty());
  const second = await host.apply(forty());
  expect(second.steps).toEqual([]);
  expect(second.counts).toMatchObject({ ok: 41, changed: 0 });
  expect(second.roundTrips).toBe(1);
});

test("check says the same steps as apply, and takes none", async () => {
  const host = new FakeHost();
  const checked = await host.check(forty());
  expect(host.ran).toEqual([]);
  expect((await host.apply(forty())).steps).toEqual(checked.steps);
});

test("to wait is no change, so check and apply agree and nothing reacts to it", async () => {
  const ready = waitFor({ path: "/ready" });
  const role = roleOf(() => [ready, toyReload({ unit: "web" }, { onChangeOf: [ready] })]);
  const host = new FakeHost();
  expect((await host.check(role)).counts).toMatchObject({ ok: 2, changed: 0 });
  const run = await host.apply(role);
  expect(run.counts).toMatchObject({ ok: 2, changed: 0 });
  expect(run.steps).toEqual(["wait until [ -e /ready ] || [ -L /ready ]"]);
});

test("what an earlier task of the same bundle will have done is not counted as a change of a later one", async () => {
  const unit = (name: string) => systemdUnit({ name, content: "[Service]\nExecStart=/bin/true\n" });
  const role = roleOf(() => [unit("tick"), service({ unit: "tick", running: false, enabled: false })]);
  const host = new FakeHost();
  await host.apply(role);
  host.set(unitState("tick"), { ...unitState.bare("tick.service"), load: "loaded", needsDaemonReload: true });
  const planned = (await host.check(role)).tasks.map(({ state }) => state);
  expect(planned).toEqual(["changed", "ok"]);
  expect((await host.apply(role)).tasks.map(({ state }) => state)).toEqual(planned);
});

test("check sees what earlier steps will have done", async () => {
  const role = roleOf(() => [
    toyFile({ path: "/a", text: "1" }),
    toyCommand({ path: "/a", text: "2" }),
    toyFile({ path: "/a", text: "2" }, { name: "again" }),
  ]);
  expect((await new FakeHost().check(role)).steps).toEqual(["write /a", "make /a 2"]);
});

test("reads again after a step that may have changed everything", async () => {
  const role = roleOf(() => [
    toyCommand({ path: "/a", text: "1" }),
    toyCommand({ path: "/b", text: "1" }),
    toyFile({ path: "/c", text: "1" }),
  ]);
  const run = await new FakeHost().apply(role);
  expect(run.roundTrips).toBe(4);
});

test("a reaction that a failed run still owes happens on the next run, once", async () => {
  const host = new FakeHost();
  const file = toyFile({ path: "/a", text: "1" });
  const role = roleOf(() => [file, toyReload({ unit: "web" }, { onChangeOf: [file] })]);
  host.failOn = /^reload/;
  expect((await host.attempt(role)).state).toBe("failed");
  host.failOn = undefined;
  expect((await host.check(role)).steps).toEqual(["reload web"]);
  const repaired = await host.apply(role);
  expect(repaired.steps).toEqual(["reload web"]);
  expect(repaired.tasks.at(-1)?.reason).toBe("reacts to a change of an earlier run");
  expect((await host.apply(role)).steps).toEqual([]);
});

test("a task whose steps do not bring what it wants has failed", async () => {
  const run = await new FakeHost().attempt(roleOf(() => [toyLiar({ path: "/a" }), toyFile({ path: "/b", text: "1" })]));
  expect(run.tasks.map(({ state }) => state)).toEqual(["failed", "skipped"]);
  expect(run.failure?.message).toContain("it still wants: pretend /a");
});

test("what was done before a failure in one bundle counts as changed, what follows as skipped", async () => {
  const host = new FakeHost();
  host.failOn = /write \/b/;
  const run = await host.attempt(roleOf(() => ["/a", "/b", "/c"].map((path) => toyFile({ path, text: "1" }))));
  expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "failed", "skipped"]);
  expect(host.ran).toEqual(["write /a"]);
});

test("a failed task is tried again, after reading again", async () => {
  const host = new FakeHost();
  host.failOn = /write/;
  setTimeout(() => {
    host.failOn = undefined;
  }, 30);
  const run = await host.apply(roleOf(() => [toyFile({ path: "/a", text: "1" }, { retries: 5, delayMs: 20 })]));
  expect(run.tasks[0]?.state).toBe("changed");
  expect(run.tasks[0]?.tries).toBeGreaterThan(1);
});

test.each([
  ["before it happened", false, ["write /a"]],
  ["after it had happened", true, ["write /a"]],
])("a link lost in a step, %s: goes on from what is true", async (_, happened, ran) => {
  const host = new FakeHost();
  host.loseLinkAt = { step: /write/, happened };
  const run = await host.apply(roleOf(() => [toyFile({ path: "/a", text: "1" }), toyFile({ path: "/b", text: "1" })]));
  expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "changed"]);
  expect(host.ran.filter((step) => step === "write /a")).toEqual(ran);
});

test("a step that must not be done twice is unknown after a lost link, and nothing follows", async () => {
  const host = new FakeHost();
  host.loseLinkAt = { step: /once/, happened: true };
  const run = await host.attempt(roleOf(() => [toyOnce({ what: "a" }), toyFile({ path: "/b", text: "1" })]));
  expect(run.state).toBe("unknown");
  // The second was on its way in the same bundle.
  expect(run.tasks.map(({ state }) => state)).toEqual(["unknown", "unknown"]);
  expect(host.ran).toEqual(["once a"]);
});

test("a step that must not be done twice is not, when its end was heard before the link broke", async () => {
  const host = new FakeHost();
  host.loseLinkAt = { step: /write/, happened: false };
  const run = await host.apply(roleOf(() => [toyOnce({ what: "a" }), toyFile({ path: "/b", text: "1" })]));
  expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "changed"]);
  expect(host.ran).toEqual(["once a", "write /b"]);
});

test("a host that does not come back is unknown, never ok", async () => {
  const host = new FakeHost();
  host.loseLinkAt = { step: /write/, happened: true };
  host.reachable = false;
  const run = await host.attempt(
    roleOf(() => [toyFile({ path: "/a", text: "1" }), toyFile({ path: "/b", text: "1" })]),
  );
  expect(run.tasks.map(({ state }) => state)).toEqual(["unknown", "unknown"]);
});

test("`until` is part of the proof", async () => {
  const until = { probe: textOf("/ready"), test: (text: string) => text === "yes", title: "ready" } as never;
  const host = new FakeHost();
  const role = roleOf(() => [toyFile({ path: "/a", text: "1" }, { until, retries: 1, delayMs: 1 })]);
  expect((await host.attempt(role)).failure?.message).toContain("`until` does not hold");
});

test("a value of another host is asked for only when a step needs it, and once", async () => {
  const token = defineOutput({ name: "token", command: sh`make-token`, parse: ({ stdout }) => stdout.trim() });
  const join = defineRole({
    name: "join",
    summary: "Joins.",
    vars: z.object({ token: refOf<string>() }),
    tasks: ({ vars }) => [toyReload({ unit: "x" }), joinTask(vars.token)],
  })({ token: token.from(new Group("cp", [{ name: "cp1", address: "192.0.2.9" }])) });
  let asked = 0;
  const host = new FakeHost();
  host.ask = async () => `t${++asked}`;
  expect((await host.check(join)).steps).toEqual(["join <token of cp1>"]);
  expect(asked).toBe(0);
  await host.apply(join);
  expect(host.ran).toEqual(["join t1"]);
});

const joinTask = (token: Ref<string>) => joinOperation({ token });

const joinOperation = defineOperation({
  name: "joinToy",
  summary: "Joins.",
  example: "",
  args: z.object({ token: refOf<string>() }),
  subject: () => "",
  read: () => ({ joined: textOf("/joined") }),
  plan: ({ args, current }) =>
    current.joined ? [] : [run(sh`join ${args.token}`, { effects: [predict(textOf("/joined"), "yes")] })],
});

test("check does not fail where only an earlier change could tell, it says so", async () => {
  const picky = defineOperation({
    name: "picky",
    summary: "Needs a file to be there.",
    example: "",
    args: z.object({}),
    subject: () => "",
    read: () => ({ text: textOf("/made-by-command") }),
    plan: ({ current }) => {
      if (current.text === "") throw new TaskRefusal("/made-by-command is not there");
      return [];
    },
  });
  const blind = defineOperation({
    name: "blind",
    summary: "Changes what nobody can tell before.",
    example: "",
    args: z.object({}),
    subject: () => "",
    read: () => ({}),
    plan: () => [run(sh`install something`)],
  });
  const checked = await new FakeHost().check(roleOf(() => [blind({}), picky({})]));
  expect(checked.tasks.map(({ state, reason }) => [state, reason])).toEqual([
    ["changed", undefined],
    ["changed", "known after apply: /made-by-command is not there"],
  ]);
  expect((await new FakeHost().check(roleOf(() => [picky({})]))).state).toBe("failed");
});

test("of steps that stand for many changes the last runs", async () => {
  const reloads = (name: string) =>
    defineOperation({
      name,
      summary: "",
      example: "",
      args: z.object({}),
      subject: () => "",
      read: () => ({ text: textOf(`/${name}`) }),
      plan: ({ current }) =>
        current.text
          ? []
          : [
              run(sh`touch ${name}`, { touches: [`path:/${name}`], effects: [predict(textOf(`/${name}`), "1")] }),
              run(sh`daemon-reload`, { touches: [], once: "reload" }),
            ],
    })({});
  const host = new FakeHost();
  await host.apply(roleOf(() => [reloads("a"), reloads("b"), reloads("c")]));
  expect(host.ran).toEqual(["touch a", "touch b", "touch c", "daemon-reload"]);
});

test("what can be done together is done by one step, although it may change everything", async () => {
  const install = (name: string) => sh`install ${name}`;
  const packaged = defineOperation({
    name: "packaged",
    summary: "",
    example: "",
    args: z.object({ name: z.string() }),
    subject: ({ name }) => name,
    read: ({ name }) => ({ text: textOf(`/packages/${name}`) }),
    plan: ({ args: { name }, current }) =>
      current.text
        ? []
        : [
            run(install(name), {
              merge: { key: "install", items: [name], command: (names) => sh`install ${names as string[]}` },
              effects: [predict(textOf(`/packages/${name}`), "1")],
            }),
          ],
  });
  const host = new FakeHost();
  const all = ["a", "b", "c"].map((name) => packaged({ name }));
  const first = await host.apply(
    roleOf(() => [toyFile({ path: "/x", text: "1" }), all, toyFile({ path: "/y", text: "1" })]),
  );
  expect(host.ran).toEqual(["write /x", "install a b c", "write /y"]);
  expect(first.counts).toMatchObject({ changed: 5 });
  expect(first.roundTrips).toBe(4);
  host.failOn = /install/;
  const failed = await host.attempt(roleOf(() => ["d", "e"].map((name) => packaged({ name }))));
  expect(failed.tasks.map(({ state }) => state)).toEqual(["failed", "skipped"]);
});

test("check ends as apply would: failed, or unreachable", async () => {
  const refusing = defineOperation({
    name: "refusing",
    summary: "",
    example: "",
    args: z.object({}),
    subject: () => "",
    read: () => ({}),
    plan: () => {
      throw new TaskRefusal("no");
    },
  });
  const run = await new FakeHost().check(roleOf(() => [refusing({}), toyFile({ path: "/a", text: "" })]));
  expect([run.state, run.exitCode, run.tasks.map(({ state }) => state)]).toEqual(["failed", 3, ["failed", "skipped"]]);
});
