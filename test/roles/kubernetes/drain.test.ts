import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type ClusterNode, nodeDrain, podsToMove } from "../../../roles/kubernetes/nodes.ts";

describe("a node that is to go", () => {
  const drains = (state: Partial<ClusterNode>, pods: number | undefined) => {
    const node = { name: "w3", address: "192.0.2.23", ready: true, schedulable: true, ...state };
    const args = { name: "w3", timeoutSeconds: 300 };
    return nodeDrain.plan({ args, current: { nodes: [node], pods } }).length === 1;
  };

  test("is drained, and closed also when it is empty", () => {
    expect(drains({}, 4)).toBe(true);
    expect(drains({}, 0)).toBe(true);
  });
  test("is drained again when a budget held the last drain up: that has closed it, and pods are left", () => {
    expect(drains({ schedulable: false }, 1)).toBe(true);
    expect(drains({ schedulable: false }, undefined)).toBe(true);
  });
  test("is let go when it is closed and no pod is left", () => expect(drains({ schedulable: false }, 0)).toBe(false));
  test("is not asked when it does not report", () => expect(drains({ ready: false }, 4)).toBe(false));
});

describe("the pods of a node", () => {
  const counted = (kubectl: string) => {
    const script = podsToMove("w3")
      .kind.command(["w3" as never])
      .toString();
    expect(script).toContain("spec.nodeName=w3");
    expect(script).toContain(String.raw`{.metadata.annotations.kubernetes\.io/config\.mirror}`);
    expect(script).toContain(String.raw`{"\n"}{end}`);
    return execFileSync("sh", ["-c", `kubectl() { ${kubectl}; }\n${script}`], { encoding: "utf8" }).trim();
  };

  test("are those that a drain would move", () => {
    const pods = ["pod|ReplicaSet||Running", "pod|DaemonSet||Running", "pod|Node|4f2a|Running", "pod|Job||Succeeded"];
    expect(counted(`printf '%s\\n' '${[...pods, "pod|||Pending"].join("' '")}'`)).toBe("2");
    expect(counted(":")).toBe("0");
  });
  test("are not counted when the cluster does not answer", () => expect(() => counted("return 1")).toThrow());
});
