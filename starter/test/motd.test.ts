import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { motd } from "../roles/motd/role.ts";

const role = motd({ owner: "the web team" });

test("writes the message", async () => {
  const { tasks } = await new FakeHost().check(role);
  expect(tasks.map(({ task, state }) => `${task}: ${state}`)).toEqual(["motd/template /etc/motd: changed"]);
});

test("a second run changes nothing", async () => {
  const host = new FakeHost();
  await host.apply(role);
  expect((await host.apply(role)).steps).toEqual([]);
});

test("an owner must be named", () => {
  // @ts-expect-error: a role without its variables does not compile
  expect(() => motd({})).toThrow("role motd: owner");
});
