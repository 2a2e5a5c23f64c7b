import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { admissionsWithdrawn, clusterAddons, coreDnsScale, kubeProxy } from "../../../roles/kubernetes/role.ts";
import { cluster } from "./cluster.ts";

const host = () => new FakeHost({ name: "ma1", address: "192.0.2.11" });

describe("where no cluster answers", () => {
  test.each([
    ["DNS", () => coreDnsScale({})],
    ["kube-proxy", () => kubeProxy({ mode: "nftables" })],
    ["addons", () => clusterAddons({ cluster })],
    ["tokens", () => admissionsWithdrawn({})],
  ])("a run fails and says so, and does not take it for well: %s", async (_, role) => {
    const { failure, steps } = await host().attempt(role());
    expect(failure?.message).toContain("no cluster answers on this control plane");
    expect(steps).toEqual([]);
  });
});

test("addons that another program takes the place of are not asked for", async () => {
  const { tasks } = await host().attempt(clusterAddons({ cluster: { ...cluster, addons: ["coredns"] } }));
  expect(tasks.map(({ task }) => task)).toEqual(["clusterAddons/addon coredns"]);
});
