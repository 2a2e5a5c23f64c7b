import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { holdsAddress } from "../../runner/probes/holds-address.ts";
import { runProbe, shells } from "./run-probe.ts";

const own = Object.entries(networkInterfaces())
  .filter(([name]) => name !== "lo")
  .flatMap(([, addresses]) => addresses?.map(({ address }) => address) ?? []);

describe.each(shells)("asked by $name", (shell) => {
  test("an address of an interface is held; that of `lo`, and that of another host, are not", () => {
    expect(own.length).toBeGreaterThan(0);
    expect(runProbe(holdsAddress(own[0]!), shell)).toBe(true);
    expect(runProbe(holdsAddress("127.0.0.1"), shell)).toBe(false);
    expect(runProbe(holdsAddress("192.0.2.77"), shell)).toBe(false);
  });
});

test("what cannot be read is no answer", () => {
  const { parse } = holdsAddress("192.0.2.77").kind;
  expect(() => parse({ stdout: "", stderr: "denied\n", exitCode: 1 }, ["192.0.2.77" as never])).toThrow(/denied/);
});
