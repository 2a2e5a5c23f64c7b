import { describe, expect, test } from "vitest";
import { ClientLedger } from "../../runner/drill/client-ledger.ts";

/** Successes that end at these times, and losses as `from-to`. */
function ledger(startedAt: number, ...ends: readonly (number | `${number}-${number}`)[]): ClientLedger {
  const made = new ClientLedger(startedAt);
  for (const end of ends) {
    const [from, to] = typeof end === "number" ? [end - 1, end] : (end.split("-").map(Number) as [number, number]);
    made.add({ startedAt: from, endedAt: to, loss: typeof end === "number" ? undefined : "refused" });
  }
  return made;
}

describe("the longest gap", () => {
  test("is the time between two successes, as the client sees them end", () => {
    expect(ledger(0, 50, 100, 900, 950).longestGapMs(1000)).toBe(800);
  });

  test("counts from the client's start, and up to now", () => {
    expect(ledger(0, 700, 750).longestGapMs(800)).toBe(700);
    expect(ledger(0, 50, 100).longestGapMs(2100)).toBe(2000);
  });

  test("without a success is all the time there was", () => {
    expect(ledger(100, "110-120").longestGapMs(5100)).toBe(5000);
  });
});

describe("an outage", () => {
  test("lasts from the last success before to the first one after it", () => {
    const made = ledger(0, 50, "60-70", "110-120", 200, 250);
    expect(made.outages(300)).toEqual([{ from: 50, to: 200, lost: 2 }]);
    expect([made.sent, made.lost]).toEqual([5, 2]);
  });

  test("that lasts still ends now", () => {
    expect(ledger(0, 50, "60-1060").outages(2000)).toEqual([{ from: 50, to: 2000, lost: 1 }]);
  });

  test("has also the requests whose deadline ended after it was over", () => {
    const made = ledger(0, 50, "60-1060", "500-1500");
    made.add({ startedAt: 1500, endedAt: 1510, loss: undefined });
    made.add({ startedAt: 900, endedAt: 1900, loss: "no answer" });
    expect(made.outages(2000)).toEqual([{ from: 50, to: 1510, lost: 3 }]);
  });

  test("is told once when it begins and once when it is over", () => {
    const made = ledger(0, 50);
    const turns = [
      made.add({ startedAt: 60, endedAt: 70, loss: "refused" }),
      made.add({ startedAt: 80, endedAt: 90, loss: "refused" }),
      made.add({ startedAt: 100, endedAt: 110, loss: undefined }),
      made.add({ startedAt: 120, endedAt: 130, loss: undefined }),
    ];
    expect(turns).toEqual(["lost", undefined, "back", undefined]);
  });

  test("is none when a request is lost between others that succeed", () => {
    const made = ledger(0, 50, 100, 150);
    made.add({ startedAt: 60, endedAt: 160, loss: "refused" });
    expect(made.outages(200)).toEqual([]);
    expect(made.lost).toBe(1);
  });
});

describe("settled", () => {
  test("is a client that lost nothing for a while, and goes on", () => {
    const made = ledger(0, 50, "60-1000", 1100, 1200, 2900);
    expect(made.isSettled(2900, 2000)).toBe(false);
    made.add({ startedAt: 2990, endedAt: 3000, loss: undefined });
    expect(made.isSettled(3000, 2000)).toBe(true);
  });

  test("is none that fell silent, or never succeeded", () => {
    expect(ledger(0, 50).isSettled(9000, 2000)).toBe(false);
    expect(ledger(0).isSettled(9000, 2000)).toBe(false);
  });
});

test("losses are told by reason, the most frequent first", () => {
  const made = new ClientLedger(0);
  for (const loss of ["reset", "refused", "refused"]) made.add({ startedAt: 1, endedAt: 2, loss });
  expect(made.losses).toEqual([
    { reason: "refused", count: 2 },
    { reason: "reset", count: 1 },
  ]);
});
