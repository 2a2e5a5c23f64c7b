import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Host } from "../../runner/define/host.ts";
import { defineRole, fileText, line, play, z } from "../../runner/index.ts";
import { carry, FakeFleet, groupOf } from "./fake-fleet.ts";
import { toyFile } from "./toy.ts";

const path = "/etc/list";
const all = groupOf("a", "b", "c");
const [a, b, c] = all.hosts as [Host, Host, Host];

/** Hosts that need a moment for everything, so that each would see what was before the others' changes. */
function slowFleet(): FakeFleet {
  const fleet = new FakeFleet();
  for (const { name } of all.hosts) {
    const driver = fleet.driver(name);
    const { read, carry: carryNow } = driver;
    driver.read = async (probes) => {
      const answers = await read.call(driver, probes);
      await sleep(5);
      return answers;
    };
    driver.carry = async (actions) => {
      await sleep(5);
      return carryNow.call(driver, actions);
    };
  }
  return fleet;
}

const lines = async (fleet: FakeFleet, host: string): Promise<readonly string[]> => {
  const probe = fileText(path);
  const text = (await fleet.driver(host).read([probe])).get(probe.key) as string | undefined;
  return (text ?? "").split("\n").filter(Boolean).toSorted();
};

/** Each host puts lines of its own into a file of those that `where` names. */
const editors = (where: (host: Host) => readonly Host[]) =>
  play({
    title: "edit",
    on: all,
    roles: (host) => [
      defineRole({
        name: "editor",
        summary: "",
        vars: z.object({}),
        tasks: () =>
          where(host).flatMap((runOn) =>
            [1, 2].map((i) => {
              const text = `${host.name}${i}`;
              return line({ path, line: text, create: true }, { runOn, name: `${text} on ${runOn.name}` });
            }),
          ),
      })({}),
    ],
  });

test("no edit of one file by several hosts is lost, its own host among them", async () => {
  const { exitCode, fleet } = await carry([editors(() => [c])], slowFleet());
  expect(exitCode).toBe(0);
  expect(await lines(fleet, "c")).toEqual(["a1", "a2", "b1", "b2", "c1", "c2"]);
});

test("hosts that work at each other do not wait for each other for ever", async () => {
  const { exitCode, fleet } = await carry([editors((host) => all.hosts.filter((one) => one !== host))], slowFleet());
  expect(exitCode).toBe(0);
  expect(await lines(fleet, "a")).toEqual(["b1", "b2", "c1", "c2"]);
  expect(await lines(fleet, "c")).toEqual(["a1", "a2", "b1", "b2"]);
});

test("a task that is tried again lets others to the host while it pauses", async () => {
  const fleet = slowFleet();
  const done: string[] = [];
  const role = (name: string, retries: number) =>
    defineRole({
      name,
      summary: "",
      vars: z.object({}),
      tasks: () => [toyFile({ path: `/${name}`, text: "1" }, { runOn: c, retries, delayMs: 300 })],
    })({});
  fleet.driver("c").failOn = /write \/slow/;
  const { exitCode } = await carry(
    [
      play({
        title: "one",
        on: groupOf("a", "b"),
        roles: ({ name }) => [name === "a" ? role("slow", 1) : role("quick", 0)],
      }),
    ],
    fleet,
    {
      recorder: {
        emit: (event) => {
          if (event.type === "note") fleet.driver("c").failOn = undefined;
          if (event.type === "task-end") done.push(event.task);
        },
        commit: async () => undefined,
        now: () => 0,
      },
    },
  );
  expect(exitCode).toBe(0);
  expect(done).toEqual(["quick/toyFile /quick", "slow/toyFile /slow"]);
});

test("hosts that keep to themselves ask no more for it", async () => {
  const { fleet } = await carry([editors((host) => [host].filter((one) => one === a || one === b))], slowFleet());
  const own = await carry([editors((host) => (host === a ? [a] : []))]);
  expect(fleet.driver("a").roundTrips).toBe(own.fleet.driver("a").roundTrips);
});
