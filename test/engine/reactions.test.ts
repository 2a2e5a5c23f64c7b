import { expect, test } from "vitest";
import { BundleLostError } from "../../runner/engine/action.ts";
import { defineOperation, defineRole, predict, run, script, sh, type Tasks, z } from "../../runner/index.ts";
import { FakeHost } from "../../runner/testing/index.ts";
import { textOf, toyFile, toyOnce, toyReload } from "./toy.ts";

const roleOf = (tasks: () => Tasks) => defineRole({ name: "toy", summary: "A toy.", vars: z.object({}), tasks })({});

/** A reaction whose step stands for those of its neighbours. */
const sharedReload = defineOperation({
  name: "sharedReload",
  summary: "Reloads once for many.",
  example: "",
  args: z.object({ name: z.string() }),
  subject: ({ name }) => name,
  read: () => ({}),
  plan: ({ args, triggered }) =>
    triggered
      ? [
          run(sh`prepare ${args.name}`, { touches: [`path:/${args.name}`] }),
          run(sh`reload all`, { once: "reload", touches: [] }),
        ]
      : [],
});

const twoReactions = () => {
  const file = toyFile({ path: "/f", text: "1" });
  const onChangeOf = [file];
  return roleOf(() => [file, sharedReload({ name: "a" }, { onChangeOf }), sharedReload({ name: "b" }, { onChangeOf })]);
};

test("a reaction whose step a later task takes for it is not through before that step is", async () => {
  const host = new FakeHost();
  host.failOn = /^prepare b/;
  const failed = await host.attempt(twoReactions());
  expect(failed.tasks.map(({ state }) => state)).toEqual(["changed", "failed", "skipped"]);
  expect(failed.failure?.message).toContain("toy/sharedReload b");
  host.failOn = undefined;
  expect((await host.apply(twoReactions())).tasks.map(({ state }) => state)).toEqual(["ok", "changed", "changed"]);
  expect((await host.apply(twoReactions())).steps).toEqual([]);
});

test("a link lost before a shared step loses the reaction of nobody", async () => {
  const host = new FakeHost();
  host.loseLinkAt = { step: /^prepare b/, happened: false };
  const run = await host.apply(twoReactions());
  expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "changed", "changed"]);
  expect(host.ran.filter((step) => step === "reload all").length).toBeGreaterThan(0);
  expect(host.ran.at(-1)).toBe("reload all");
});

test("a step is not put off behind a task that does not want it", async () => {
  const unit = (name: string) =>
    defineOperation({
      name: "unit",
      summary: "",
      example: "",
      args: z.object({ name: z.string() }),
      subject: (args) => args.name,
      read: () => ({ text: textOf(`/${name}`) }),
      plan: ({ current }) =>
        current.text
          ? []
          : [
              run(script(`touch ${name}`), { touches: [`path:/${name}`], effects: [predict(textOf(`/${name}`), "1")] }),
              run(sh`daemon-reload`, { touches: [], once: "reload" }),
            ],
    })({ name });
  const start = defineOperation({
    name: "start",
    summary: "",
    example: "",
    args: z.object({}),
    subject: () => "",
    read: () => ({ text: textOf("/started") }),
    plan: ({ current }) =>
      current.text
        ? []
        : [run(sh`start a`, { touches: ["path:/started"], effects: [predict(textOf("/started"), "1")] })],
  });
  const host = new FakeHost();
  await host.apply(roleOf(() => [unit("a"), start({}), unit("b")]));
  expect(host.ran).toEqual(["touch a", "daemon-reload", "start a", "touch b", "daemon-reload"]);
});

test("a reaction as another user is owed by the host, too", async () => {
  const host = new FakeHost();
  const file = toyFile({ path: "/a", text: "1" }, { becomeUser: "app" });
  const role = () => roleOf(() => [file, toyReload({ unit: "web" }, { onChangeOf: [file] })]);
  host.failOn = /^reload/;
  expect((await host.attempt(role())).state).toBe("failed");
  host.failOn = undefined;
  expect((await host.check(role())).steps).toEqual(["reload web"]);
  expect((await host.apply(role())).steps).toEqual(["reload web"]);
  expect((await host.apply(role())).steps).toEqual([]);
});

test("what one host owes another place is not paid by a second host", async () => {
  const lb = new FakeHost({ name: "lb", address: "192.0.2.9" });
  const onLb = { runOn: lb.host };
  const roleFor = (name: string) => {
    const file = toyFile({ path: `/pool/${name}`, text: "up" }, onLb);
    return roleOf(() => [file, toyReload({ unit: "lb" }, { ...onLb, onChangeOf: [file] })]);
  };
  const web = (name: string) => Object.assign(new FakeHost({ name, address: "192.0.2.1" }), { other: () => lb });
  lb.failOn = /^reload/;
  expect((await web("web1").attempt(roleFor("web1"))).state).toBe("failed");
  lb.failOn = undefined;
  expect((await web("web2").apply(roleFor("web2"))).steps).toEqual(["write /pool/web2", "reload lb"]);
  expect((await web("web1").apply(roleFor("web1"))).steps).toEqual(["reload lb"]);
});

test("a reaction that was heard to end is not done again when the link broke before its marker went", async () => {
  const host = new FakeHost();
  const carry = host.carry.bind(host);
  let lost = false;
  host.carry = async (actions) => {
    const at = actions.findIndex(({ kind }) => kind === "unmark");
    if (lost || at < 0) return carry(actions);
    lost = true;
    throw new BundleLostError("connection reset", await carry(actions.slice(0, at)));
  };
  const file = toyFile({ path: "/a", text: "1" });
  const role = () => roleOf(() => [file, toyReload({ unit: "web" }, { onChangeOf: [file] })]);
  const first = await host.apply(role());
  expect(first.tasks.map(({ state }) => state)).toEqual(["changed", "changed"]);
  expect(host.ran).toEqual(["write /a", "reload web"]);
  expect((await host.apply(role())).steps).toEqual([]);
});

test("what the host owes and what later tasks look at is read also when the first task asks nothing", async () => {
  const host = new FakeHost();
  const file = toyFile({ path: "/a", text: "1" });
  const always = toyOnce({ what: "a" });
  const guarded = toyFile({ path: "/b", text: "" });
  const role = () => roleOf(() => [always, guarded, file, toyReload({ unit: "web" }, { onChangeOf: [file] })]);
  host.failOn = /^reload/;
  await host.attempt(role());
  host.failOn = undefined;
  expect((await host.apply(role())).steps).toEqual(["once a", "reload web"]);
  const onlyReaction = () => roleOf(() => [toyReload({ unit: "web" }, { onChangeOf: [] })]);
  expect((await host.apply(onlyReaction())).roundTrips).toBe(1);
});

test("`until` must hold as well for a change that happened when the link was lost", async () => {
  const until = { probe: textOf("/ready"), test: (text: string) => text === "yes", title: "ready" } as never;
  const host = new FakeHost();
  host.loseLinkAt = { step: /write/, happened: true };
  const run = await host.attempt(roleOf(() => [toyFile({ path: "/a", text: "1" }, { until })]));
  expect(run.tasks.map(({ state }) => state)).toEqual(["failed"]);
  expect(run.failure?.message).toContain("`until` does not hold");
});
