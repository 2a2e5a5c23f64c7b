import { expect, test } from "vitest";
import { defineRole, play, type Tasks, z } from "../../runner/index.ts";
import { carry, FakeFleet, groupOf } from "./fake-fleet.ts";
import { textOf, toyFile } from "./toy.ts";

const roleOf = (...tasks: Tasks) =>
  defineRole({ name: "toy", summary: "", vars: z.object({}), tasks: () => tasks })({});
const plan = (title: string, ...tasks: Tasks) => play({ title, on: groupOf("a"), roles: [roleOf(...tasks)] });

const changed = ({ events }: Awaited<ReturnType<typeof carry>>) =>
  events.flatMap((event) =>
    event.type === "task-end" && event.state === "changed" ? [`${event.play} ${event.task}`] : [],
  );

test("a check of a later play finds the host as the earlier ones would leave it, as apply does", async () => {
  const plays = [
    plan("one", toyFile({ path: "/a", text: "1" })),
    plan("two", toyFile({ path: "/a", text: "1" }), toyFile({ path: "/b", text: "2" })),
    plan("three", toyFile({ path: "/a", text: "3" }), toyFile({ path: "/b", text: "2" })),
  ];
  const foreseen = changed(await carry(plays, new FakeFleet(), { mode: "check" }));
  expect(foreseen).toEqual(["0 toy/toyFile /a", "1 toy/toyFile /b", "2 toy/toyFile /a"]);
  expect(changed(await carry(plays))).toEqual(foreseen);
});

test("hosts do not see what is planned for others, nor users what others would see, and nothing is kept for another run", async () => {
  const other = (title: string) =>
    play({ title, on: groupOf("a", "b"), roles: [roleOf(toyFile({ path: "/a", text: "1" }))] });
  const fleet = new FakeFleet();
  const plays = [plan("one", toyFile({ path: "/a", text: "1" })), other("two")];
  const ends = (await carry(plays, fleet, { mode: "check" })).events;
  expect(
    ends.flatMap((event) => (event.type === "task-end" ? [`${event.play} ${event.host} ${event.state}`] : [])),
  ).toEqual(["0 a changed", "1 a ok", "1 b changed"]);
  expect(changed(await carry(plays, fleet, { mode: "check" }))).toHaveLength(2);
  expect((await fleet.driver("a").read([textOf("/a")])).get(textOf("/a").key)).toBe("");
});
