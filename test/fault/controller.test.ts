import { once } from "node:events";
import { createServer } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { killHost, startHost } from "../../runner/lab/lab.ts";
import { remainsOn, uncleanAfter } from "./host-state.ts";
import { useLabProject } from "./lab-project.ts";
import type { Running } from "./ts-play.ts";

const setup = useLabProject("faultrun", ["run1", "run2", "run3"]);
const first = () => setup().lab.hosts[0]!;
const unclean = () => uncleanAfter(setup().lab, first().address);

beforeEach(async () => {
  const clear = "rm -rf /srv/slow.* /srv/phases.* /srv/look.* /var/lib/ts-play";
  await Promise.all(setup().lab.hosts.map(({ name }) => setup().on(clear, name)));
});

const patience = { timeout: 60_000, interval: 100 };

/** Nobody waits so long: what sleeps is killed, or ended. */
const SECONDS = 4321;
const sleeps = () => expect.poll(() => setup().on(`pgrep -fx 'sleep ${SECONDS}' || :`), patience).not.toBe("");
const endSleep = () => setup().on(`pkill -fx 'sleep ${SECONDS}' || :`);

/** A run on the first host that is in the middle of its slow task, which lasts until its sleep is ended. */
async function runInTheMiddle(): Promise<Running> {
  const run = setup().start("slow.ts", "-l", "run1", "--timeout", "5", "-e", `seconds=${SECONDS}`);
  await sleeps();
  await expect.poll(() => setup().project.journal().at(-1)?.type, patience).toBe("task-start");
  return run;
}

/** What all runs of the slow playbook come to. */
async function expectHealed(): Promise<void> {
  const again = await setup().run("slow.ts", "-l", "run1");
  expect(again.exitCode, again.stdout + again.stderr).toBe(0);
  expect(await setup().on("cd /srv && ls slow.* && cat slow.loaded")).toBe(
    "slow.after\nslow.conf\nslow.done\nslow.loaded\nwanted\n",
  );
  await expect.poll(() => remainsOn(setup().lab, first().address), patience).toEqual([]);
}

describe("a run that is killed in the middle", () => {
  test("by SIGKILL leaves no process and no lock, and the next one does the reaction that it owed", async () => {
    const run = await runInTheMiddle();
    expect(await remainsOn(setup().lab, first().address)).toContainEqual(expect.stringMatching(/^marker: /));
    run.kill("SIGKILL");
    await run.ended;
    expect(await unclean()).toEqual([]);
    expect(setup().project.journal().at(-1)?.type).toBe("task-start");
    expect(await setup().on("ls /srv")).not.toContain("slow.loaded");
    await expectHealed();
    expect(setup().project.taskEnds().get("slow/reaction")?.reason).toBe("reacts to a change of an earlier run");
  });

  test("by SIGINT ends what is running, tells so, and goes on the next time", async () => {
    const run = await runInTheMiddle();
    run.kill("SIGINT");
    await run.printed("interrupted");
    await endSleep();
    const ended = await run.ended;
    expect(ended.exitCode).toBe(130);
    expect(ended.stdout).toContain("interrupted");
    expect(setup().project.journal().at(-1)).toMatchObject({ type: "run-end", exitCode: 130 });
    expect(await unclean()).toEqual([]);
    await expectHealed();
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s twice leaves at once", async (signal) => {
    const run = await runInTheMiddle();
    run.kill(signal);
    await run.printed("interrupted");
    run.kill(signal);
    // The task would have gone on for longer than a test may.
    expect((await run.ended).exitCode).toBe(130);
    expect(setup().project.journal().length).toBeGreaterThan(1);
    expect(await unclean()).toEqual([]);
    await expectHealed();
  });
});

describe("two runs at once", () => {
  test("on one host: the second ends with 5 and names the first", async () => {
    const one = await runInTheMiddle();
    const other = await setup().run("slow.ts", "-l", "run1");
    expect(other.exitCode).toBe(5);
    const owner = setup().project;
    expect(other.stdout).toMatch(/locked by run \d{8}-\d{6}-[0-9a-f]{6} of \S+@\S+, process \d+, since 20/);
    expect(other.stdout).toContain(`process ${one.pid}`);
    expect(owner.journal().at(-1)).toMatchObject({ type: "run-end", exitCode: 5 });
    await endSleep();
    expect((await one.ended).exitCode).toBe(0);
    await expectHealed();
  });

  test("started in the same moment never mix: one wins, and what they count adds up", async () => {
    const runs = await Promise.all(
      [1, 2, 3].map(() =>
        setup().run(
          "shell.ts",
          "-l",
          "run1",
          "-e",
          '{"anything":"echo in >>/srv/slow.log; sleep 2; echo out >>/srv/slow.log"}',
        ),
      ),
    );
    const codes = runs.map(({ exitCode }) => exitCode).sort();
    const done = codes.filter((code) => code === 0).length;
    expect(done).toBeGreaterThan(0);
    expect(codes.slice(done)).toEqual(codes.slice(done).map(() => 5));
    expect(await setup().on("cat /srv/slow.log")).toBe("in\nout\n".repeat(done));
  });
});

describe("a host", () => {
  test("that loses its power in the middle is unknown, and is healed when it is back", async () => {
    const run = await runInTheMiddle();
    await killHost(setup().lab, "run1");
    const ended = await run.ended;
    expect(ended.exitCode).toBe(4);
    expect(ended.stdout).toMatch(/UNKNOWN run1: slow\/something slow/);
    expect(ended.durationMs).toBeLessThan(120_000);
    await startHost(setup().lab, "run1");
    await expectHealed();
  });

  test("that never answers does not hold the others: exit 4, the rest is done", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as { port: number };
    const nobody = setup().lab.network.replace(/0\/24$/, "250");
    const hosts = await setup().inventory({}, [
      `silent: { ansible_host: 127.0.0.1, ansible_port: ${port} }`,
      `nobody: { ansible_host: ${nobody} }`,
      "refusing: { ansible_host: 127.0.0.1, ansible_port: 1 }",
      "nameless: { ansible_host: no-such-host.invalid }",
    ]);
    const ended = await setup().run("slow.ts", "-i", hosts, "--timeout", "5");
    silent.close();
    expect(ended.exitCode).toBe(4);
    expect(ended.durationMs).toBeLessThan(120_000);
    const states = setup()
      .project.journal()
      .flatMap((event) => (event.type === "host-end" ? [[event.host, event.state]] : []));
    expect(Object.fromEntries(states)).toEqual({
      ...Object.fromEntries(setup().lab.hosts.map(({ name }) => [name, "done"])),
      ...{ silent: "unreachable", nobody: "unreachable", refusing: "unreachable", nameless: "unreachable" },
    });
    for (const { name } of setup().lab.hosts) expect(await setup().on("cat /srv/slow.after", name)).toBe("after\n");
  });

  test("on which a task fails stops there alone; @retry picks it, and --resume leaves out what is done", async () => {
    const { project, run, on } = setup();
    await on("touch /srv/phases.forbidden", "run2");
    const failed = await run("phases.ts");
    expect(failed.exitCode).toBe(3);
    const present = async (path: string) =>
      Promise.all(["run1", "run2", "run3"].map((host) => on(`test -e ${path} && echo yes || echo no`, host)));
    expect(await present("/srv/phases.end")).toEqual(["yes\n", "no\n", "yes\n"]);

    expect((await run("phases.ts", "--limit", "@retry", "--list-hosts")).stdout).toMatch(/run2/);
    expect((await run("phases.ts", "--limit", "@retry", "--list-hosts")).stdout).not.toMatch(/run1|run3/);

    await on("rm /srv/phases.forbidden", "run2");
    const resumed = await run("phases.ts", "--resume");
    expect(resumed.exitCode).toBe(0);
    expect(await present("/srv/phases.end")).toEqual(["yes\n", "yes\n", "yes\n"]);
    for (const host of ["run1", "run2", "run3"]) expect(await on("cat /srv/phases.count", host)).toBe("done\n");
    expect(project.journal().some((event) => event.type === "task-end" && event.host !== "run2")).toBe(false);
  });
});

test("a reader that goes away does not harm the run", async () => {
  const run = await runInTheMiddle();
  run.closeOutput();
  await endSleep();
  expect((await run.ended).exitCode).toBe(0);
  await expectHealed();
});

describe("a check for drift and a run", () => {
  const drift = (...more: readonly string[]) => setup().run("drift", "slow.ts", "-l", "run1", ...more);

  test("that is at work: the host is unknown, exit 5, and nothing is said of what is half done", async () => {
    const run = await runInTheMiddle();
    const checked = await drift();
    expect(checked.exitCode, checked.stdout).toBe(5);
    expect(checked.stdout).toMatch(/UNKNOWN run1, since .*: run1 is locked by run \d{8}-\d{6}-[0-9a-f]{6} of/);
    expect(checked.stdout).not.toContain("slow.after");
    await endSleep();
    expect((await run.ended).exitCode).toBe(0);
  });

  test("that is at work, and that it waits for: in sync", async () => {
    const run = await runInTheMiddle();
    const check = setup().start("drift", "slow.ts", "-l", "run1", "--wait", "120");
    const sessions = () => setup().on("ls -d /run/ts-play.*.* | wc -l");
    await expect.poll(sessions, patience).toBe("2\n");
    await endSleep();
    const checked = await check.ended;
    expect(checked.exitCode, checked.stdout).toBe(0);
    expect((await run.ended).exitCode).toBe(0);
  });

  test("that begins during the check: what was seen is not told, exit 5", async () => {
    const check = setup().start("drift", "look.ts", "-l", "run1", "-e", `seconds=${SECONDS}`);
    await sleeps();
    const run = await setup().run("look.ts", "-l", "run1", "-e", "seconds=0");
    expect(run.exitCode, run.stdout).toBe(0);
    await endSleep();
    const checked = await check.ended;
    expect(checked.exitCode, checked.stdout).toBe(5);
    expect(checked.stdout).toMatch(/UNKNOWN run1, since .*: run1 was worked on by run \d{8}-.* while it was looked at/);
    expect(checked.stdout).not.toContain("/srv/look.conf");
  });
});
