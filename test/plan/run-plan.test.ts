import { expect, test } from "vitest";
import { defineRole, Group, play, z } from "../../runner/index.ts";
import { planRun } from "../../runner/plan/run-plan.ts";
import { textOf } from "../engine/toy.ts";

const role = (name: string, facts = {}) =>
  defineRole({ name, summary: "", vars: z.object({ port: z.int().optional() }), facts, tasks: () => [] });
const group = new Group(
  "web",
  ["a", "b"].map((name) => ({ name, address: "192.0.2.1" })),
);
const all = () => true;

test("keeps the wanted hosts, and leaves out plays without one", () => {
  const plan = planRun(
    [
      play({ title: "one", on: group, roles: [role("x")({})] }),
      play({ title: "two", on: group.first, roles: [role("x")({})] }),
    ],
    ({ name }) => name === "b",
  );
  expect(plan.plays.map(({ play: { title }, batches }) => [title, batches.flat().map(({ name }) => name)])).toEqual([
    ["one", ["b"]],
  ]);
});

test("with roles, only hosts that have one take part, and only with these", () => {
  const plays = [
    play({ title: "one", on: group, roles: [role("x")({}), role("y")({})] }),
    play({ title: "two", on: group, roles: ({ name }) => (name === "a" ? [role("y")({}, { name: "y2" })] : []) }),
    play({ title: "three", on: group, roles: [role("x")({})] }),
  ];
  const plan = planRun(plays, all, ["y"]);
  expect(
    plan.plays.map(({ play: { title }, calls }) => [
      title,
      [...calls].map(([host, list]) => `${host}: ${list.map(({ name }) => name)}`),
    ]),
  ).toEqual([
    ["one", ["a: y", "b: y"]],
    ["two", ["a: y2"]],
  ]);
});

test("asks for each fact of a host once, over all plays", () => {
  const fact = { text: textOf("/fact") };
  const plan = planRun(
    [
      play({ title: "one", on: group, roles: [role("x", fact)({})] }),
      play({ title: "two", on: group, roles: [role("y", fact)({})] }),
    ],
    all,
  );
  expect(plan.facts.get("a")).toHaveLength(1);
});

test("a wrong variable is told with play, host and role before anything starts", () => {
  const plays = [play({ title: "one", on: group, roles: () => [role("x")({ port: "80" as never })] })];
  expect(() => planRun(plays, all)).toThrow('error VAR005: play "one", host a: role x: port: ');
});
