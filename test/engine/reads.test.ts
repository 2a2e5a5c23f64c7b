import { describe, expect, test } from "vitest";
import {
  block,
  command,
  defineRole,
  fileText,
  line,
  type Probe,
  secret,
  sh,
  type Tasks,
  z,
} from "../../runner/index.ts";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { FakeHost } from "../../runner/testing/index.ts";
import { toyFile, toyReload } from "./toy.ts";

const roleOf = (tasks: () => Tasks) => defineRole({ name: "toy", summary: "A toy.", vars: z.object({}), tasks })({});

/** A host that counts what it is asked. */
class CountingHost extends FakeHost {
  asked = 0;
  override read(probes: readonly Probe<unknown>[]) {
    this.asked += probes.length;
    return super.read(probes);
  }
  override carry(...[actions]: Parameters<FakeHost["carry"]>) {
    for (const action of actions) if (action.kind === "read") this.asked += action.probes.length;
    return super.carry(actions);
  }
  async text(path: string): Promise<string | undefined> {
    const probe = fileText(path);
    return (await super.read([probe])).get(probe.key) as string | undefined;
  }
}

describe("what may have changed is read again when it is needed, not each time", () => {
  const commands = (count: number) =>
    roleOf(() => Array.from({ length: count }, (_, i) => command({ run: sh`make ${i}`, creates: `/made/${i}` })));

  test("a hundred commands that may change everything are three questions each, not a hundred", async () => {
    const host = new CountingHost();
    const run = await host.apply(commands(100));
    expect(run.counts).toMatchObject({ changed: 100 });
    expect(host.asked).toBeLessThanOrEqual(3 * 100 + 1);
    expect(run.roundTrips).toBe(101);
  });

  test("one command before a hundred that are done asks for all of them in its own bundle", async () => {
    const host = new CountingHost();
    await host.apply(commands(100));
    const first = command({ run: sh`first`, creates: "/first" });
    const run = await host.apply(roleOf(() => [first, ...commands(100).tasks(host.host, {})]));
    expect(run.counts).toMatchObject({ changed: 1, ok: 100 });
    expect(run.roundTrips).toBe(2);
  });

  test("a wrong guess costs a round trip, and nothing is planned on it", async () => {
    const host = new CountingHost();
    // The first command makes what the second one would make.
    const role = roleOf(() => [
      command({ run: sh`make both`, creates: "/both" }),
      toyFile({ path: "/other", text: "1" }),
      command({ run: sh`make again`, creates: "/again" }),
      toyFile({ path: "/last", text: "1" }),
    ]);
    const { carry } = host;
    host.carry = async (actions) => {
      const results = await carry.call(host, actions);
      if (host.ran.includes("make both")) host.set(pathExists("/again"), true);
      return results;
    };
    const run = await host.apply(role);
    expect(run.tasks.map(({ state }) => state)).toEqual(["changed", "changed", "ok", "changed"]);
    expect(host.ran).toEqual(["make both", "write /other", "write /last"]);
    expect((await host.apply(role)).steps).toEqual([]);
  });
});

describe("edits of one file that follow each other are one write", () => {
  const path = "/etc/app.conf";
  const edits = () => [
    ...Array.from({ length: 5 }, (_, i) => line({ path, line: `key${i} = ${i}`, create: true })),
    ...Array.from({ length: 5 }, (_, i) => block({ path, name: `b${i}`, content: `in ${i}\n`, create: true })),
  ];

  test("ten lines and blocks are one read and one bundle", async () => {
    const host = new CountingHost();
    const role = roleOf(edits);
    const checked = await host.check(role);
    const run = await host.apply(role);
    expect(host.ran).toEqual([`write ${path}`]);
    expect(run.roundTrips).toBe(2);
    expect(run.counts).toMatchObject({ changed: 10 });
    expect(run.tasks.map(({ changes }) => changes)).toEqual(checked.tasks.map(({ changes }) => changes));
    expect(await host.text(path)).toMatch(/^key0 = 0\n.*key4 = 4\n# BEGIN b0\nin 0\n# END b0\n.*# END b4\n$/s);
    expect((await host.apply(role)).steps).toEqual([]);
  });

  test("what reacts to one of them comes after the write", async () => {
    const host = new CountingHost();
    await host.apply(
      roleOf(() => {
        const both = [line({ path, line: "a", create: true }), line({ path, line: "b", create: true })];
        return [both, toyReload({ unit: "app" }, { onChangeOf: both })];
      }),
    );
    expect(host.ran).toEqual([`write ${path}`, "reload app"]);
  });

  test("a write that fails has failed for the first of them, and the rest is not begun", async () => {
    const host = new CountingHost();
    host.failOn = /write/;
    const run = await host.attempt(roleOf(edits));
    expect(run.tasks.map(({ state }) => state)).toEqual(["failed", ...Array(9).fill("skipped")]);
    host.failOn = undefined;
    expect((await host.apply(roleOf(edits))).counts).toMatchObject({ changed: 10 });
  });

  test("a link that is lost in it leaves nothing out", async () => {
    for (const happened of [true, false]) {
      const host = new CountingHost();
      host.loseLinkAt = { step: /write/, happened };
      expect((await host.apply(roleOf(edits))).counts).toMatchObject({ changed: 10 });
      expect((await host.apply(roleOf(edits))).steps).toEqual([]);
    }
  });

  const apart: Readonly<Record<string, () => Tasks>> = {
    "that undo each other": () => [
      line({ path, match: "^mode ", line: "mode one", create: true }),
      line({ path, match: "^mode ", line: "mode two", create: true }),
    ],
    "that are checked in different ways": () => [
      line({ path, line: "a", create: true, validate: (file) => sh`check-a ${file}` }),
      line({ path, line: "b", create: true, validate: (file) => sh`check-b ${file}` }),
    ],
    "with something else in between": () => [
      line({ path, line: "a", create: true }),
      toyFile({ path: "/other", text: "1" }),
      line({ path, line: "b", create: true }),
    ],
    "one of which is a secret": () => [
      line({ path, line: secret("password = hunter2"), create: true }),
      line({ path, line: "b", create: true }),
    ],
  };

  test.each(Object.entries(apart))("but not those %s", async (_, tasks) => {
    const host = new CountingHost();
    await host.apply(roleOf(tasks));
    expect(host.ran.filter((step) => step === `write ${path}`)).toHaveLength(2);
  });
});
