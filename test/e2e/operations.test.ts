import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Operation } from "../../runner/define/operation.ts";
import type { Probes } from "../../runner/define/probe.ts";
import type { Task } from "../../runner/define/task.ts";
import * as api from "../../runner/index.ts";
import type { TaskEnd } from "../../runner/report/event.ts";
import type { FakeHost } from "../../runner/testing/index.ts";
import { damages, shuffled, toldBy } from "./operations/damages.ts";
import { type Told, useSubject } from "./operations/subject.ts";
import { nodesOf, rolesOf, twinOf } from "./operations/twin.ts";

const subject = useSubject();
const calls = () => rolesOf(subject().vars);
/** As the subject was before the first run. */
let twin: FakeHost;
let firstRun: readonly string[] = [];

/** Every path with all that can be told of it and every file's hash; logs change by themselves, and overlayfs gives folders that are only looked at a new ctime. */
const tree = () =>
  subject().on(
    String.raw`find /etc /usr/local /srv /home /var/lib -xdev -path /var/lib/systemd -prune -o -type d -printf '%p %y %m %U:%G %T@\n' -o -printf '%p %y %m %U:%G %s %T@ %C@ %l\n' | sort
find /etc /usr/local /srv -xdev -type f -exec sha256sum {} + | sort; ls -A /run /run/lock /tmp /dev/shm | grep -v '^systemd\|utmp'
hostname; sysctl -a 2>/dev/null | grep '^net.ipv4' | grep -v rand; systemctl list-units --all --no-legend --plain | grep -v session`,
  );

/** Where tasks are done on the subject: as root and as two others. No role asks for facts. */
const PLACES = 3;
const ALWAYS = "finish/command date >>/var/log/ops-runs";
test("a check of a bare host changes nothing and names exactly the tasks that apply then changes", async () => {
  const before = await tree();
  const plan = await subject().run("--check");
  expect(plan.exitCode, plan.text).toBe(0);
  expect(await tree()).toBe(before);
  twin = await twinOf(subject().lab, calls());
  const run = await subject().run();
  expect(run.exitCode, run.text).toBe(0);
  expect(run.changed).toEqual(plan.changed);
  firstRun = run.changed;
  // The run has restarted the host, which answers before all of its services have started; one that could not is told by the next run.
  await subject().on("systemctl is-system-running --wait || true");
});

test("the second run changes nothing, with one round trip for each place beside the facts", async () => {
  const second = await subject().run();
  expect(second.exitCode, second.text).toBe(0);
  expect(second.changed).toEqual([ALWAYS]);
  expect(second.roundTrips).toBe(PLACES + 1);
});

test("a host in memory that starts as bare is changed by the same tasks, and then by none", async () => {
  const site = calls();
  const plan = await twin.check(...site);
  expect(changedTasks(plan).map(({ task }) => task)).toEqual(firstRun);
  const run = await twin.apply(...site);
  expect(changedTasks(run).map(({ task }) => task)).toEqual(firstRun);
  expect(changedTasks(await twin.apply(...site)).map(({ task }) => task)).toEqual([ALWAYS]);
});

test("every operation is used, with every argument that it has", () => {
  const tasks = nodesOf(calls()).map(({ task }) => task);
  expect(Object.values(api).flatMap((each) => (isOperation(each) ? unusedOf(each, tasks) : []))).toEqual([]);
});

const isOperation = (value: unknown): value is Operation<z.ZodObject, Probes> =>
  typeof value === "function" && "operationName" in value;

/** Arguments that no task gives a value other than the default. */
function unusedOf({ operationName, args }: Operation<z.ZodObject, Probes>, tasks: readonly Task[]): readonly string[] {
  const used = tasks.filter(({ operation }) => operation === operationName).map((task) => task.args as Arguments);
  const defaults = (schema: unknown) => (schema instanceof z.ZodDefault ? schema.parse(undefined) : undefined);
  return Object.entries(args.shape)
    .filter(([name, schema]) => used.every((given) => isDeepStrictEqual(given[name], defaults(schema))))
    .map(([name]) => `${operationName}.${name}`);
}

const seed = Number(process.env.OPERATIONS_SEED ?? Date.now() % 1_000_000);
const rounds = 3;
const chaos = shuffled(
  damages.filter(({ alone }) => !alone),
  seed,
);

test.each([
  ...Array.from({ length: rounds }, (_, round) => chaos.filter((_, i) => i % rounds === round)),
  damages.filter(({ alone }) => alone),
])(
  `damage by hand is named attribute by attribute, and just that is repaired (OPERATIONS_SEED=${seed}, round %#)`,
  async (...some) => {
    for (const helper of [false, true])
      await subject().on(
        // Each must be done: one that does nothing would be told as a change that is missing, far from its cause.
        ["set -e", ...some.flatMap(({ by, onHelper = false }) => (onHelper === helper ? [by] : []))].join("\n"),
        helper ? "ops2" : "ops1",
      );
    const expected = { ...toldBy(some), [ALWAYS]: ["always"] };

    const plan = await subject().run("--check", "--diff");
    expect(attributes(plan)).toEqual(expected);
    expect(blind(plan)).toEqual([]);
    const repair = await subject().run();
    expect(repair.exitCode, repair.text).toBe(0);
    expect(repair.changed).toEqual(plan.changed);
    expect((await subject().run()).changed).toEqual([ALWAYS]);
  },
);

type Arguments = Readonly<Record<string, unknown>>;

const changedTasks = ({ tasks }: { readonly tasks: readonly TaskEnd[] }) =>
  tasks.filter(({ state }) => state === "changed");

const attributes = (plan: Told) =>
  Object.fromEntries(
    changedTasks(plan).map(({ task, changes }) => [
      task,
      [...new Set(changes.map(({ attribute }) => attribute))].sort(),
    ]),
  );

/** Changes that do not say from what to what, and contents of text without a diff. */
const blind = (plan: Told) =>
  changedTasks(plan).flatMap(({ task, changes }) =>
    changes
      .filter(({ from, to, diff }) => from === to && from !== "***" && diff === undefined)
      .map(({ attribute }) => `${task}: ${attribute}`),
  );
