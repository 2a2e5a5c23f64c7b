import { expect, test } from "vitest";
import { defineRole, type Tasks, z } from "../../runner/index.ts";
import { expandRoles } from "../../runner/plan/task-node.ts";
import { toyFile, toyReload } from "../engine/toy.ts";

const host = { name: "web1", address: "192.0.2.1" };
const role = (name: string, tasks: () => Tasks) => defineRole({ name, summary: "", vars: z.object({}), tasks });
const a = () => toyFile({ path: "/a", text: "1" });

test("names tasks by role, operation and subject, and flattens lists", () => {
  const nodes = expandRoles(
    host,
    [role("web", () => [[a(), false], undefined, toyReload({ unit: "x" })])({})],
    () => ({}),
  );
  expect(nodes.map(({ id }) => id)).toEqual(["web/toyFile /a", "web/toyReload x"]);
});

test("refuses two tasks of one name on a host", () => {
  const web = role("web", () => [a()]);
  expect(() => expandRoles(host, [web({}), web({})], () => ({}))).toThrow(
    'error PLY005: host web1: two tasks are called "web/toyFile /a". Fix: give one of them, or one call of the role, a `name`.',
  );
  expect(expandRoles(host, [web({}), web({}, { name: "web2" })], () => ({})).map(({ id }) => id)).toEqual([
    "web/toyFile /a",
    "web2/toyFile /a",
  ]);
});

test("refuses a reaction to a task that is not there, or comes later", () => {
  const cause = a();
  const reaction = toyReload({ unit: "x" }, { onChangeOf: [cause] });
  expect(() => expandRoles(host, [role("web", () => [reaction])({})], () => ({}))).toThrow(
    /PLY006.*"web\/toyReload x" reacts to "toyFile \/a"/,
  );
  expect(() => expandRoles(host, [role("web", () => [reaction, cause])({})], () => ({}))).toThrow(/PLY006/);
});
