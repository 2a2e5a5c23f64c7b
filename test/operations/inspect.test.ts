import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { defineRole, file, inspect, madeHere, service, z } from "../../runner/index.ts";

const motd = file({ path: "/etc/motd", content: "Welcome.\n" });
const kept = defineRole({ name: "kept", summary: "A file.", vars: z.object({}), tasks: () => [motd] });
const looked = defineRole({
  name: "looked",
  summary: "Looks at the file.",
  vars: z.object({}),
  tasks: () => [inspect({ task: motd })],
});

test("is content when the task has nothing to do", async () => {
  const host = new FakeHost();
  await host.apply(kept({}));

  expect((await host.apply(looked({}))).tasks).toMatchObject([{ task: "looked/inspect file /etc/motd", state: "ok" }]);
});

test("fails with what the task would change, and changes nothing", async () => {
  const host = new FakeHost();
  const run = await host.attempt(looked({}));

  expect(run).toMatchObject({ state: "failed", steps: [] });
  expect(run.failure?.message).toMatch(/^file \/etc\/motd is not as it should be: content differs, mode is/);
});

test("says the state that is and the one that should be", () => {
  const task = service({ unit: "x" });
  const stopped = { id: "x.service", load: "loaded", active: "failed", sub: "failed", file: "enabled" } as const;
  const unit = { ...stopped, needsDaemonReload: false, path: "", type: "simple", remainsAfterExit: false };

  expect(() => inspect.plan({ args: { task }, current: { unit } })).toThrow(/active is failed, not active/);
});

test("knows what the control machine has, and the task refers to", async () => {
  const text = madeHere({ label: "a text", look: async () => "Welcome.\n", make: async () => "Welcome.\n" });
  const made = file({ path: "/etc/motd", content: text });
  const role = (tasks: () => Parameters<typeof inspect>[0]["task"][]) =>
    defineRole({ name: "made", summary: "A file.", vars: z.object({}), tasks })({});
  const host = new FakeHost();
  await host.apply(role(() => [made]));

  expect((await host.apply(role(() => [inspect({ task: made })]))).tasks).toMatchObject([{ state: "ok" }]);
  await host.apply(role(() => [file({ path: "/etc/motd", content: "Go away.\n" })]));
  expect(await host.attempt(role(() => [inspect({ task: made })]))).toMatchObject({ state: "failed" });
});
