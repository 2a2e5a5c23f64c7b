import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { arm, breakAll, mend, switchState } from "../../runner/drill/dead-man-switch.ts";
import { breakBy, cutNetwork, freezeUnit, killUnit, rebootHost, sh, stopUnit } from "../../runner/index.ts";

const every = [stopUnit("haproxy"), killUnit("keepalived"), freezeUnit("nginx.service"), cutNetwork()];

/** What `arm` would leave on the host, made by a shell in which nothing but printf works. */
const mendFile = (...faults: Parameters<typeof arm>[0]): string => {
  const text = arm(faults, 1000).toString();
  const line = /^printf %s [\s\S]*?(?= >\/run)/m.exec(text)?.[0] ?? "";
  return execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" });
};

describe("the switch", () => {
  test("is a shell script, whatever is broken", () => {
    const texts = [arm(every, 60_000), mend, breakAll(every, 5000), breakAll([rebootHost()], 5000)].map(String);
    for (const text of [...texts, mendFile(...every)])
      expect(spawnSync("/bin/sh", ["-n"], { input: text, encoding: "utf8" }).stderr).toBe("");
  });

  test("breaks nothing where a break that nobody would hear of cannot be made", () => {
    const silent = { ...cutNetwork(), rehearse: sh`echo not supported >&2; exit 1` };
    const near = breakBy("near", { break: sh`echo broken`, mend: sh`true` });
    const { stdout, stderr, status } = spawnSync("/bin/sh", ["-c", breakAll([near, silent], 5000).toString()], {
      encoding: "utf8",
    });
    expect([stdout, stderr, status]).toEqual(["", "not supported\n", 1]);
  });

  test("fires after the given time, and again until it has worked", () => {
    const text = arm([stopUnit("haproxy")], 45_000).toString();
    expect(text).toContain("--on-active=45000ms");
    expect(text).toContain("--property=Restart=on-failure");
    expect(text).toContain("/bin/sh /run/ts-play-drill/mend");
  });

  test("mends in the reverse order, all of it even when one thing fails, and says so", () => {
    const say = (word: string, code: number) =>
      breakBy(word, { break: sh`true`, mend: sh`echo ${word}; exit ${code}` });
    const run = (...faults: Parameters<typeof arm>[0]) =>
      spawnSync("/bin/sh", ["-c", mendFile(...faults).replace("rm -rf", "echo rm")], { encoding: "utf8" });
    const bad = run(say("one", 0), say("two", 7), say("three", 0));
    expect([bad.stdout, bad.status]).toEqual(["three\ntwo\none\n", 1]);
    const good = run(say("one", 0), say("two", 0));
    expect([good.stdout, good.status]).toEqual(["two\none\nrm /run/ts-play-drill\n", 0]);
  });

  test("keeps what a shell would change: quotes, dollars, line breaks", () => {
    const odd = breakBy("odd", { break: sh`true`, mend: sh`printf '%s|' ${"a'b"} ${"$HOME"} ${"two\nlines"}` });
    const { stdout } = spawnSync("/bin/sh", ["-c", mendFile(odd).replace("rm -rf", ":")], { encoding: "utf8" });
    expect(stdout).toBe("a'b|$HOME|two\nlines|");
  });

  test("is not needed by a host that restarts", () => {
    expect(mendFile(rebootHost())).not.toContain("reboot");
  });
});

describe("to break", () => {
  test("stops at the first thing that cannot be broken", () => {
    const text = breakAll(
      [
        breakBy("one", { break: sh`echo one; false`, mend: sh`true` }),
        breakBy("two", { break: sh`echo two`, mend: sh`true` }),
      ],
      5000,
    ).toString();
    const { stdout, status } = spawnSync("/bin/sh", ["-c", text], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["one\n", 1]);
  });

  test("cuts the link last, and a moment after it has answered", () => {
    const text = breakAll([cutNetwork(), stopUnit("haproxy")], 2500).toString();
    expect(text.indexOf("systemctl stop -- haproxy")).toBeLessThan(text.indexOf("nft -f"));
    expect(text).toMatch(/sleep 1\n/);
    expect(text.indexOf("sleep 2.5\n/bin/sh /run/ts-play-drill/mend")).toBeGreaterThan(text.indexOf("nft -f"));
    expect(text).toContain("systemd-run --quiet --collect --no-block --unit=ts-play-drill-break");
  });

  test("kills for good unless it may restart", () => {
    expect(killUnit("haproxy").break.toString()).toContain("/run/systemd/system/haproxy.service.d");
    expect(killUnit("haproxy", { mayRestart: true }).break.toString()).toBe("systemctl kill --signal=KILL -- haproxy");
  });
});

test("a host says whether it is armed, what it lacks and since which start it runs", () => {
  const { parse } = switchState.call(undefined, []).kind;
  const answer = (stdout: string) => parse({ stdout, stderr: "", exitCode: 0 }, [[] as never])[0];
  expect(answer("armed\nmissing nft\nmissing nft\nboot 1f\n")).toEqual({ armed: true, missing: ["nft"], bootId: "1f" });
  expect(answer("boot 2e\n")).toEqual({ armed: false, missing: [], bootId: "2e" });
});
