import { Group } from "ts-play";
import { describe, expect, test } from "vitest";
import { leavingNames } from "../../../roles/kubernetes/leaving-names.ts";
import { toleranceWords, zoneObjections } from "../../../roles/kubernetes/tolerance.ts";
import { siteOf } from "./cluster.ts";

/** A site whose control planes, and members of etcd, stand in these zones. */
function zoned(masters: readonly string[], etcd: readonly string[] = [], vars: object = {}) {
  const site = siteOf({ masters: masters.length, etcd: etcd.length }, vars);
  const within = (group: Group, zones: readonly string[]) =>
    new Group(
      group.name,
      group.hosts.map((host, i) => (zones[i] === "-" ? host : { ...host, zone: zones[i] })),
    );
  return {
    ...site,
    groups: { ...site.groups, masters: within(site.groups.masters, masters), etcd: within(site.groups.etcd, etcd) },
  };
}
const objections = (...given: Parameters<typeof zoned>) =>
  zoneObjections(zoned(...given)).map(({ message }) => message);

describe("what a layout survives is said", () => {
  test.each([
    [{ masters: 1 }, "1 control plane with etcd, the majority is 1, none may be lost"],
    [{ masters: 3 }, "3 control planes with etcd, the majority is 2, 1 may be lost"],
    [{ masters: 4 }, "4 control planes with etcd, the majority is 3, 1 may be lost, no more than of 3"],
    [{ masters: 2, etcd: 5 }, "2 control planes, 5 members of etcd, the majority is 3, 2 may be lost"],
  ])("of %j", (counts, words) => expect(toleranceWords(siteOf(counts))).toBe(words));

  test("and which zones", () => {
    expect(toleranceWords(zoned(["a", "b", "c"]))).toContain("1 may be lost; any one zone of a, b, c may be lost");
    expect(toleranceWords(zoned(["a", "a", "b"]))).toContain("; zone a must not be lost");
  });
});

describe("zones", () => {
  test("of which each may be lost are well", () => {
    expect(objections(["a", "b", "c"])).toEqual([]);
    expect(objections(["a", "a", "b", "b", "c"])).toEqual([]);
    expect(objections(["a", "b"], ["a", "b", "c"])).toEqual([]);
  });
  test("with the majority of etcd are refused, unless that is asked for", () => {
    expect(objections(["a", "a", "b"])).toEqual(["the loss of zone a would be the loss of the majority of etcd"]);
    expect(objections(["a", "b"], ["a", "b", "b"])).toEqual([
      "the loss of zone b would be the loss of the majority of etcd",
    ]);
    expect(objections(["a", "a", "b"], [], { kube_force_zones: true })).toEqual([]);
  });
  test("with all control planes are refused, wherever etcd is", () => {
    expect(objections(["a", "a"], ["a", "b", "c"])).toEqual([
      "the loss of zone a would be the loss of all control planes",
    ]);
  });
  test("are said of all or of none; a single control plane promises nothing", () => {
    expect(objections(["a", "b", "-"])).toEqual([
      "ma3: no zone, though other control planes or members of etcd have one",
    ]);
    expect(objections(["-", "-", "-"])).toEqual([]);
    expect(objections(["a"])).toEqual([]);
  });
});

describe("whom a zone loses", () => {
  const leaving = (given: Partial<Parameters<typeof leavingNames>[1]>) =>
    leavingNames(zoned(["a", "b", "a"]), { kube_remove: [], ...given });
  test("is the last of its control planes, unless names are given", () => {
    expect(leaving({ kube_remove_from_zone: "a" })).toEqual(["ma3"]);
    expect(leaving({ kube_remove: ["ma2"] })).toEqual(["ma2"]);
  });
  test("is refused where that is not clear", () => {
    expect(() => leaving({})).toThrow("it is not clear which nodes are to go");
    expect(() => leaving({ kube_remove: ["ma1"], kube_remove_from_zone: "a" })).toThrow(
      "it is not clear which nodes are to go",
    );
    expect(() => leaving({ kube_remove_from_zone: "c" })).toThrow("no control plane is in zone c");
  });
});
