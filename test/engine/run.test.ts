import { expect, test } from "vitest";
import type { BatchSize } from "../../runner/define/playbook.ts";
import { defineGate, defineRole, play, type Tasks, z } from "../../runner/index.ts";
import { carry, FakeFleet, groupOf } from "./fake-fleet.ts";
import { textOf, toyFile, toyReload } from "./toy.ts";

const roleOf = (tasks: () => Tasks, name = "toy") => defineRole({ name, summary: "", vars: z.object({}), tasks })({});
const oneFile = roleOf(() => [toyFile({ path: "/a", text: "1" })]);

test("plays are barriers: the second starts when all hosts are through the first", async () => {
  const { events, exitCode } = await carry([
    play({ title: "one", on: groupOf("a", "b"), roles: [oneFile] }),
    play({ title: "two", on: groupOf("a", "b"), roles: [oneFile] }),
  ]);
  const order = events.filter(({ type }) => type === "host-end" || type === "play-start").map(({ type }) => type);
  expect(order).toEqual(["play-start", "host-end", "host-end", "play-start", "host-end", "host-end"]);
  expect(exitCode).toBe(0);
});

test("no more hosts in flight than forks", async () => {
  let now = 0;
  let most = 0;
  const fleet = new FakeFleet();
  for (const name of ["a", "b", "c", "d", "e"]) {
    const driver = fleet.driver(name);
    const read = driver.read.bind(driver);
    driver.read = async (probes) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return read(probes);
    };
  }
  await carry([play({ title: "one", on: groupOf("a", "b", "c", "d", "e"), roles: [oneFile] })], fleet, { forks: 2 });
  expect(most).toBe(2);
});

test("a failed host stops the run at the end of its play; the others finish", async () => {
  const fleet = new FakeFleet();
  fleet.driver("b").failOn = /write/;
  const both = groupOf("a", "b");
  const { states, exitCode } = await carry(
    [play({ title: "one", on: both, roles: [oneFile] }), play({ title: "two", on: both, roles: [oneFile] })],
    fleet,
  );
  expect(states.sort()).toEqual(["0 a done", "0 b failed"]);
  expect(exitCode).toBe(3);
});

test("within maxFailures the run goes on without the failed host, and still ends with its exit code", async () => {
  const fleet = new FakeFleet();
  fleet.driver("b").failOn = /write/;
  const both = groupOf("a", "b");
  const { states, exitCode } = await carry(
    [
      play({ title: "one", on: both, maxFailures: 1, roles: [oneFile] }),
      play({ title: "two", on: both, maxFailures: 1, roles: [oneFile] }),
    ],
    fleet,
  );
  expect(states.sort()).toEqual(["0 a done", "0 b failed", "1 a done", "1 b skipped"]);
  expect(exitCode).toBe(3);
});

test("a host that was lost is not counted again, and batches are of those that are left", async () => {
  const fleet = new FakeFleet();
  fleet.driver("a").failOn = /write/;
  const all = groupOf("a", "b", "c", "d");
  const { states, exitCode, events } = await carry(
    [
      play({ title: "one", on: all, maxFailures: 1, roles: [oneFile] }),
      play({ title: "two", on: all, batch: [1, "100%"], roles: [oneFile] }),
      play({ title: "three", on: all, maxFailures: "25%", batch: "50%", roles: [oneFile] }),
    ],
    fleet,
  );
  expect(states.filter((state) => state.includes(" a "))).toEqual(["0 a failed", "1 a skipped", "2 a skipped"]);
  expect(states.filter((state) => state.endsWith("done"))).toHaveLength(9);
  const batches = events.flatMap((event) => (event.type === "batch-start" && event.play > 0 ? [event.hosts] : []));
  expect(batches).toEqual([["b"], ["c", "d"], ["b"], ["c"], ["d"]]);
  expect(exitCode).toBe(3);
});

test.each<[BatchSize | BatchSize[], string[]]>([
  [1, ["0 a failed", "0 b skipped", "0 c skipped", "0 d skipped"]],
  [
    [2, "100%"],
    ["0 a failed", "0 b done", "0 c skipped", "0 d skipped"],
  ],
])("batch %o: a failed batch stops the next one", async (batch, expected) => {
  const fleet = new FakeFleet();
  fleet.driver("a").failOn = /write/;
  const { states } = await carry(
    [play({ title: "one", on: groupOf("a", "b", "c", "d"), batch, roles: [oneFile] })],
    fleet,
  );
  expect(states.sort()).toEqual(expected);
});

test("a host that is not reached is unreachable, exit code 4", async () => {
  const fleet = new FakeFleet();
  fleet.unreachable.add("b");
  const { states, exitCode } = await carry([play({ title: "one", on: groupOf("a", "b"), roles: [oneFile] })], fleet);
  expect(states.sort()).toEqual(["0 a done", "0 b unreachable"]);
  expect(exitCode).toBe(4);
});

test("a play with retries tries a failed host again from its start", async () => {
  const fleet = new FakeFleet();
  const driver = fleet.driver("a");
  driver.failOn = /write/;
  const { exitCode, events } = await carry(
    [play({ title: "one", on: groupOf("a"), retries: 1, roles: [oneFile] })],
    fleet,
    {
      recorder: {
        emit: (event) => {
          if (event.type === "host-retry") driver.failOn = undefined;
        },
        commit: async () => undefined,
        now: () => 0,
      },
    },
  );
  expect(events).toEqual([]);
  expect(exitCode).toBe(0);
});

test("a gate that objects keeps its batch from starting, and counts hosts that do not answer as undefined", async () => {
  const fleet = new FakeFleet();
  fleet.unreachable.add("c");
  const quorum = defineGate({
    name: "quorum",
    probe: textOf("/healthy"),
    objection: (seen, batch) =>
      seen.some(({ answer }) => answer === undefined) ? `${batch.map(({ name }) => name)} would break it` : undefined,
  });
  const { states, exitCode, events } = await carry(
    [play({ title: "one", on: groupOf("a", "b", "c"), batch: 1, gates: [quorum], roles: [oneFile] })],
    fleet,
  );
  expect(states).toEqual(["0 a skipped", "0 b skipped", "0 c skipped"]);
  expect(exitCode).toBe(3);
  expect(JSON.stringify(events)).toContain('gate \\"quorum\\": a would break it');
});

test("an objection that may pass is asked again; the batch starts when it has", async () => {
  const asked: (readonly string[])[] = [];
  const well = defineGate({
    name: "well",
    probe: textOf("/healthy"),
    objection: (_, batch) => {
      asked.push(batch.map(({ name }) => name));
      return asked.length === 1 ? "not yet" : undefined;
    },
    settleMs: 60_000,
  });
  const one = play({ title: "one", on: groupOf("a", "b"), batch: 1, gates: [well], roles: [oneFile] });
  const { states, events } = await carry([one]);
  expect(states).toEqual(["0 a done", "0 b done"]);
  expect(JSON.stringify(events)).toContain('gate \\"well\\": not yet; waiting up to 60 s for that to pass');
  expect(asked).toEqual([["a"], ["a"], ["b"]]);
});

test("a run that is interrupted does not wait for an objection to pass", async () => {
  const controller = new AbortController();
  const gate = defineGate({
    name: "never",
    probe: textOf("/healthy"),
    objection: () => {
      controller.abort();
      return "never";
    },
    settleMs: 60_000,
  });
  const { exitCode } = await carry(
    [play({ title: "one", on: groupOf("a"), gates: [gate], roles: [oneFile] })],
    new FakeFleet(),
    { signal: controller.signal },
  );
  expect(exitCode).toBe(130);
});

test("an interrupted run starts nothing new and ends with 130", async () => {
  const controller = new AbortController();
  const { exitCode, fleet } = await carry(
    [play({ title: "one", on: groupOf("a"), roles: [roleOf(() => [toyFile({ path: "/a", text: "1" })])] })],
    new FakeFleet(),
    {
      signal: controller.signal,
      leftOut: () => {
        controller.abort();
        return new Map();
      },
    },
  );
  expect(exitCode).toBe(130);
  expect(fleet.driver("a").ran).toEqual([]);
});

test("plays that an earlier run finished on a host are not begun there", async () => {
  const { fleet, states } = await carry(
    [play({ title: "one", on: groupOf("a", "b"), roles: [oneFile] })],
    new FakeFleet(),
    { finished: (_, host) => host === "a" },
  );
  expect(states.sort()).toEqual(["0 a done", "0 b done"]);
  expect(fleet.driver("a").ran).toEqual([]);
  expect(fleet.driver("b").ran).toEqual(["write /a"]);
});

test("runOn reads and changes the other host", async () => {
  const other = { name: "lb", address: "192.0.2.9" };
  const { fleet, exitCode } = await carry([
    play({
      title: "one",
      on: groupOf("a"),
      roles: [
        roleOf(() => [
          toyFile({ path: "/a", text: "1" }),
          toyFile({ path: "/pool/a", text: "up" }, { runOn: other }),
          toyReload({ unit: "x" }),
        ]),
      ],
    }),
  ]);
  expect(exitCode).toBe(0);
  expect(fleet.driver("a").ran).toEqual(["write /a"]);
  expect(fleet.driver("lb").ran).toEqual(["write /pool/a"]);
});

test("a host is let go after its last play", async () => {
  const { fleet } = await carry([
    play({ title: "one", on: groupOf("a"), roles: [oneFile] }),
    play({ title: "two", on: groupOf("a", "b"), roles: [oneFile] }),
  ]);
  expect(fleet.released).toEqual(["a", "b"]);
});

test("a survey looks at every host of every play at once: no limit, batch or gate, only unreachable hosts are left out later", async () => {
  const fleet = new FakeFleet();
  fleet.unreachable.add("b");
  fleet.driver("a").read = () => Promise.reject(new Error("it makes no sense"));
  const three = groupOf("a", "b", "c");
  const closed = defineGate({ name: "closed", probe: textOf("/gate"), objection: () => "never" });
  const { states, exitCode, events } = await carry(
    [
      play({ title: "one", on: three, batch: 1, gates: [closed], roles: [oneFile] }),
      play({ title: "two", on: three, batch: 1, gates: [closed], roles: [oneFile] }),
    ],
    fleet,
    { mode: "check", survey: true },
  );
  expect(states.sort()).toEqual(["0 a failed", "0 b unreachable", "0 c done", "1 a failed", "1 b skipped", "1 c done"]);
  expect(events.filter(({ type }) => type === "batch-start")).toHaveLength(2);
  expect(exitCode).toBe(4);
});
