import { expect, test } from "vitest";
import { hostSpecs } from "../../runner/lab/host-spec.ts";

const container = { driver: "nspawn", memoryMb: 384 };

test("takes a name for a container", () => {
  expect(hostSpecs("lab", ["a"])).toEqual([{ name: "a", ...container }]);
});

test("takes a number for so many containers", () => {
  expect(hostSpecs("lab", 2)).toEqual([
    { name: "lab1", ...container },
    { name: "lab2", ...container },
  ]);
});

test("takes hosts with kernels of their own beside containers", () => {
  const wanted = ["a", { name: "b", driver: "uml" }, { name: "c", driver: "uml", memoryMb: 1024 }] as const;

  expect(hostSpecs("lab", wanted)).toEqual([
    { name: "a", ...container },
    { name: "b", driver: "uml", memoryMb: 384 },
    { name: "c", driver: "uml", memoryMb: 1024 },
  ]);
});

test("refuses one name for two hosts, however they are run", () => {
  expect(() => hostSpecs("lab", ["a", { name: "a", driver: "uml" }])).toThrow(/LAB004/);
});

test.each([0, 127, 200.5, Number.NaN])("refuses %d MiB of memory", (memoryMb) => {
  expect(() => hostSpecs("lab", [{ name: "a", driver: "uml", memoryMb }])).toThrow(/LAB007.*Fix:/);
});
