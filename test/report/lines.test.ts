import { afterEach, describe, expect, test, vi } from "vitest";
import { makeReport, type ReportOptions } from "../../runner/report/report.ts";
import { aptFailure, hostEnd, hostStart, playStart, runEnd, runStart, taskEnd, taskStart } from "./events.ts";
import { memorySink, reported } from "./memory-sink.ts";
import { firstRun, fleetRun, secondRun, troubledRun } from "./scenarios.ts";

const lineCount = (text: string): number => text.split("\n").length - 1;

describe("lines of a run look as people have seen and approved them", () => {
  test.each<[string, Parameters<typeof reported>[1], Partial<ReportOptions>]>([
    ["first-run", firstRun, {}],
    ["first-run-check-diff", firstRun, { mode: "check", diff: true }],
    ["first-run-vv", firstRun, { verbosity: 2 }],
    ["first-run-colour", firstRun, { color: true, diff: true }],
    ["second-run", secondRun, {}],
    ["second-run-v", secondRun, { verbosity: 1 }],
    ["troubled-run", troubledRun, {}],
  ])("%s", async (name, events, options) => {
    await expect(await reported("lines", events, options)).toMatchFileSnapshot(`fixtures/${name}.txt`);
  });
});

describe("lines of many hosts", () => {
  test("are few: 500 hosts with 100 tasks each do not print 50,000 lines", async () => {
    const text = await reported("lines", fleetRun(500, 100));
    expect(lineCount(text)).toBeLessThan(70);
    expect(text).toContain(
      "changed 50 hosts (node001, node011, node021, node031, node041, node051 and 44 more): base/file",
    );
  });

  test("end in a table without the 450 hosts that had nothing to change", async () => {
    const text = await reported("lines", fleetRun(500, 100));
    expect(text).toContain("and 450 hosts with nothing to change");
    expect(text).toMatch(/total +49950 +50 /);
    expect(text).not.toMatch(/^node002/m);
  });

  test("fold a failure that all hosts share", async () => {
    const hosts = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const text = await reported("lines", [
      runStart(hosts),
      ...hosts.map((host) => taskEnd(host, "haproxy/packages haproxy", "failed", { failure: aptFailure })),
    ]);
    expect(text.match(/apt-get ended with 100/g)).toHaveLength(1);
  });
});

describe("a failure", () => {
  test("is not told twice when the host ends with the same failure", async () => {
    const text = await reported("lines", troubledRun);
    expect(text.match(/apt-get ended with 100/g)).toHaveLength(1);
  });

  test("of a host that is not reached is told once, with the host, and not with each task that it was not asked for", async () => {
    const failure = { message: "10.0.0.12:22 cannot be reached (EHOSTUNREACH)" };
    const text = await reported("lines", [
      runStart(["lb2"]),
      taskEnd("lb2", "base/group ops", "unreachable", { failure }),
      taskEnd("lb2", "base/user alice", "unreachable", { failure }),
      hostEnd("lb2", 20, "unreachable", { unreachable: 2 }, { failure }),
    ]);
    expect(text.match(/cannot be reached/g)).toHaveLength(1);
    expect(text).toMatch(/^UNREACHABLE +lb2: 10\.0\.0\.12:22/m);
  });

  test("cannot be faked: each line that a host printed stands behind its name", async () => {
    const output = "oops\r\x1b[2K\x1b[1Aok      lb2: all is well\nPLAY RECAP";
    const text = await reported("lines", [
      taskEnd("lb1", "a/b c", "failed", { failure: { message: "no\nok      lb3: fine", output } }),
    ]);
    expect(text).not.toMatch(/^(ok|PLAY)/m);
    expect(text).not.toContain("\x1b");
    expect(text).toContain("    lb1 | ok      lb2: all is well\n");
    expect(text).toContain("    lb1 | ok      lb3: fine\n");
  });

  test("names the command for what is left, without the limit that it had", async () => {
    const start = runStart(["a"], {
      command: ["site.ts", "-i", "my hosts.yaml", "-l", "web", "--limit=db", "--check"],
    });
    const text = await reported("lines", [start, runEnd(5, 4)]);
    expect(text).toContain(
      "Try again with: ts-play site.ts -i 'my hosts.yaml' --check --limit @retry\nExit code 4: hosts",
    );
  });

  test("by interruption offers to go on", async () => {
    const text = await reported("lines", [
      runStart(["a"]),
      hostStart("a", 1, 1),
      taskStart("a", 2, ["x/y z"]),
      runEnd(5, 130),
    ]);
    expect(text).toContain("Go on with: ts-play site.ts -i hosts.yaml --resume\nExit code 130: interrupted.");
    expect(text).not.toContain("Nothing to change");
  });

  test.each([3, 4, 130])(
    "of a saved plan asks for a new one, which takes no flags of this (exit code %i)",
    async (exitCode) => {
      const text = await reported("lines", [runStart(["a"], { command: ["apply", "plan.json"] }), runEnd(5, exitCode)]);
      expect(text).not.toMatch(/--limit|--resume/);
      expect(text).toContain("What is left needs a new plan: ts-play plan.\nExit code");
    },
  );

  test("by interruption of a check offers nothing: it cannot be resumed", async () => {
    const start = runStart(["a"], { mode: "check", command: ["site.ts", "-i", "hosts.yaml", "--check"] });
    const text = await reported("lines", [start, runEnd(5, 130)], { mode: "check" });
    expect(text).not.toContain("--resume");
  });
});

describe("a sentence that is not true is not said", () => {
  test("a run that stopped early does not say that there was nothing to change", async () => {
    expect(await reported("lines", [runStart(["a"]), runEnd(5, 5)])).toContain("The run ended early");
  });

  test("a host that was never reached is not ok", async () => {
    const text = await reported("lines", [runStart(["a"]), hostEnd("a", 5, "unreachable", {}), runEnd(5, 4)]);
    expect(text).toMatch(/^a {6}UNREACHABLE {3}-/m);
  });
});

describe("a silent run", () => {
  afterEach(() => vi.useRealTimers());

  test("says every 30 s that it lives and what takes long", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearInterval", "clearTimeout", "performance"] });
    const sink = memorySink();
    const report = makeReport("lines", { verbosity: 0, diff: false, color: false, mode: "apply", sink });
    for (const event of [runStart(["lb1"]), playStart(["lb1"]), hostStart("lb1", 1, 2)]) report.handle(event);
    report.handle(taskStart("lb1", 10, ["kubeadm/command init"]));
    const before = sink.text().length;
    vi.advanceTimersByTime(29_900);
    expect(sink.text()).toHaveLength(before);
    vi.advanceTimersByTime(30_200);
    expect(sink.text().slice(before)).toBe(
      "[00:30] still at work: Load balancers, 0/1 host done; longest: lb1 kubeadm/command init 30.0s\n" +
        "[01:00] still at work: Load balancers, 0/1 host done; longest: lb1 kubeadm/command init 1m00s\n",
    );
  });

  test("prints a change within half a second, though equal ones might follow", () => {
    vi.useFakeTimers();
    const sink = memorySink();
    const report = makeReport("lines", { verbosity: 0, diff: false, color: false, mode: "apply", sink });
    report.handle(taskEnd("lb1", "a/b c", "changed"));
    vi.advanceTimersByTime(500);
    expect(sink.text()).toBe("changed lb1: a/b c\n");
  });
});

test("a sink that throws ends the report and not the run", async () => {
  const write = () => {
    throw new Error("EPIPE");
  };
  const sink = { ...memorySink(), write };
  for (const format of ["lines", "tree", "json"] as const) {
    const report = makeReport(format, { verbosity: 0, diff: false, color: false, mode: "apply", sink });
    for (const event of troubledRun) report.handle(event);
    await report.close();
  }
});
