import { describe, expect, test } from "vitest";
import { switchState } from "../../runner/drill/dead-man-switch.ts";
import { cutNetwork, holdsAddress, notTheHolder, rebootHost, stopUnit } from "../../runner/index.ts";
import { groupOf } from "../engine/fake-fleet.ts";
import { breaks, FakeSite, isArming, mends } from "./site.ts";

/** A site on which the address moves to lb2 when lb1 is broken, with an outage of so many ms. */
function failingOver(outageMs = 30): FakeSite {
  const site = new FakeSite();
  site.onStep = (_, step) => {
    if (!breaks(step)) return;
    site.loss = "refused";
    setTimeout(() => {
      site.move("lb2");
      site.loss = undefined;
    }, outageMs);
  };
  return site;
}

describe("a drill that goes well", () => {
  test("arms the host's own timer before it breaks, and mends and disarms at the end", async () => {
    const site = failingOver();
    const { result, exitCode } = await site.drill();
    expect(result).toMatchObject({
      verdict: "passed",
      objections: [],
      restored: true,
      victim: "lb1",
      newHolder: "lb2",
    });
    expect(exitCode).toBe(0);
    const steps = site.ran("lb1");
    expect(steps).toHaveLength(3);
    expect([isArming(steps[0]!), breaks(steps[1]!), mends(steps[2]!)]).toEqual([true, true, true]);
    expect([site.ran("lb2"), site.ran("lb3")]).toEqual([[], []]);
  });

  test("measures what the client and the looks at the members saw", async () => {
    const { result } = await failingOver(120).drill();
    expect(result.longestGapMs).toBeGreaterThanOrEqual(100);
    expect(result.answeredAfterMs).toBeGreaterThanOrEqual(100);
    expect(result.movedAfterMs).toBeGreaterThanOrEqual(100);
    expect(result.outages).toHaveLength(1);
    expect(result.losses).toEqual([{ reason: "refused", count: result.lost }]);
  });

  test("tells its parts in order", async () => {
    const site = failingOver();
    await site.drill();
    const phases = site.events.flatMap((event) => (event.type === "drill-phase" ? [event.phase] : []));
    expect(phases).toEqual(["looking", "steady", "broken", "mending", "healing"]);
    expect(site.events.at(-1)?.type).toBe("drill-end");
  });
});

test("a request that is lost before the break begins the watch anew, and does not count", async () => {
  const site = failingOver();
  site.loss = "refused";
  setTimeout(() => {
    site.loss = undefined;
  }, 90);
  const { result } = await site.drill();
  expect(result).toMatchObject({ verdict: "passed", outages: [expect.anything()] });
});

describe("the victim", () => {
  test("is who holds, not the first of the group", async () => {
    const site = new FakeSite();
    site.move("lb3");
    await site.drill({ mustMove: false });
    expect([site.ran("lb1"), site.ran("lb2")]).toEqual([[], []]);
    expect(site.ran("lb3")).not.toEqual([]);
  });

  test("is somebody else where the drill says so", async () => {
    const { result } = await new FakeSite().drill({
      mustMove: false,
      victim: notTheHolder(groupOf("lb1", "lb2", "lb3")),
    });
    expect(result.victim).toBe("lb2");
  });

  test("can be named", async () => {
    expect((await new FakeSite().drill({ mustMove: false }, { victim: "lb3" })).result.victim).toBe("lb3");
  });
});

describe("nothing is broken", () => {
  const refused = async (site: FakeSite): Promise<string> => {
    const { result, exitCode } = await site.drill();
    expect([result.verdict, result.restored, exitCode]).toEqual(["refused", true, 3]);
    for (const host of ["lb1", "lb2", "lb3"]) expect(site.ran(host)).toEqual([]);
    return result.objections.join("\n");
  };

  test("when a guard objects", async () => {
    const site = new FakeSite();
    site.fleet.driver("lb2").set(holdsAddress("192.0.2.100"), true);
    expect(await refused(site)).toBe('not all is well: gate "one holder": the address has not one holder');
  });

  test("when the client loses requests before", async () => {
    const site = new FakeSite();
    site.loss = "refused";
    expect(await refused(site)).toMatch(/^the client lost \d+ of \d+ requests before anything was broken \(refused\)$/);
  });

  test("when an earlier drill is still to be mended", async () => {
    const site = new FakeSite();
    site.fleet.driver("lb3").set(switchState([]), { armed: true, missing: [], bootId: "" });
    expect(await refused(site)).toContain("lb3 still has to mend what an earlier drill broke");
  });

  test("when the victim lacks a program", async () => {
    const site = new FakeSite();
    site.fleet.driver("lb1").set(switchState(["systemctl"]), { armed: false, missing: ["systemctl"], bootId: "" });
    expect(await refused(site)).toContain("lb1 lacks systemctl");
  });

  test("when a member is not reached: exit 4", async () => {
    const site = new FakeSite();
    site.fleet.unreachable.add("lb2");
    const { result, exitCode } = await site.drill();
    expect([result.verdict, exitCode, site.ran("lb1")]).toEqual(["refused", 4, []]);
  });

  test("when it is interrupted before", async () => {
    const site = new FakeSite();
    site.interrupt.abort();
    const { result, exitCode } = await site.drill();
    expect([result.verdict, exitCode, site.ran("lb1")]).toEqual(["interrupted", 130, []]);
  });
});

describe("what is broken is mended", () => {
  test("when a limit is exceeded, which fails the drill", async () => {
    const site = failingOver(80);
    const { result, exitCode } = await site.drill({ limits: { maxGapMs: 20 } });
    expect([result.verdict, result.restored, exitCode]).toEqual(["failed", true, 3]);
    expect(result.objections).toEqual([expect.stringMatching(/no success for \d+ ms, the limit is 20 ms/)]);
  });

  test("when nobody takes over", async () => {
    const site = new FakeSite();
    const { result } = await site.drill({ times: { timeoutMs: 400 } });
    expect(result.objections).toEqual(["nobody took over within 400 ms"]);
    expect(site.ran("lb1").filter(mends)).toHaveLength(1);
    expect(result.restored).toBe(true);
  });

  test("when the client does not recover, who is not said to be answered", async () => {
    const site = new FakeSite();
    site.onStep = (_, step) => {
      if (breaks(step)) site.loss = "refused";
    };
    const { result } = await site.drill({ mustMove: false, times: { timeoutMs: 400, healMs: 300 } });
    expect(result.objections).toContain("the client did not recover within 400 ms");
    expect(result.answeredAfterMs).toBeUndefined();
    expect(site.ran("lb1").filter(mends)).toHaveLength(1);
  });

  test("when breaking it failed half way", async () => {
    const site = new FakeSite();
    site.fleet.driver("lb1").failOn = /systemctl stop -- haproxy(?!.*systemd-run)/s;
    const { result, exitCode } = await site.drill({ faults: [stopUnit("haproxy")] });
    expect([result.verdict, exitCode]).toEqual(["failed", 3]);
    expect(site.ran("lb1").filter(mends)).toHaveLength(1);
  });

  test("when it is interrupted meanwhile", async () => {
    const site = failingOver(10_000);
    const breaking = site.onStep;
    site.onStep = (host, step) => {
      breaking(host, step);
      if (breaks(step)) setTimeout(() => site.interrupt.abort(), 20);
      if (mends(step)) site.loss = undefined;
    };
    const { result, exitCode } = await site.drill();
    expect([result.verdict, result.restored, exitCode]).toEqual(["interrupted", true, 130]);
    expect(site.ran("lb1").filter(mends)).toHaveLength(1);
  });

  test("again and again, while it does not work", async () => {
    const site = failingOver();
    const driver = site.fleet.driver("lb1");
    driver.failOn = /^if \[ -e/;
    setTimeout(() => {
      driver.failOn = undefined;
    }, 900);
    const { result } = await site.drill();
    expect([result.verdict, result.restored]).toEqual(["passed", true]);
  });

  test("and said not to be, when all does not become well again", async () => {
    const site = failingOver();
    const breaking = site.onStep;
    site.onStep = (host, step) => {
      breaking(host, step);
      if (mends(step)) site.move("nobody");
    };
    const { result, exitCode } = await site.drill({ times: { healMs: 300 } });
    expect([result.verdict, result.restored, exitCode]).toEqual(["failed", false, 3]);
    expect(result.objections.join()).toContain("not all is well 300 ms after it was mended");
  });
});

describe("a host that goes out of reach", () => {
  test("is let go before, and mends itself after the time that it is to stay broken", async () => {
    const site = new FakeSite();
    const { result } = await site.drill({ faults: [cutNetwork()], mustMove: false, times: { holdMs: 70 } });
    expect(result.verdict).toBe("passed");
    expect(site.fleet.released).toEqual(["lb1"]);
    expect(site.ran("lb1").some((step) => /^sleep 0\.07\n\/bin\/sh \/run\/ts-play-drill\/mend/m.test(step))).toBe(true);
  });

  test("and only restarts has nothing to mend; one that never restarted is told", async () => {
    const site = new FakeSite();
    const { result } = await site.drill({ faults: [rebootHost()], mustMove: false });
    expect(result.objections).toEqual(["lb1 never restarted"]);
    expect(site.ran("lb1").some((step) => step.includes("--on-active"))).toBe(false);
  });
});
