import { describe, expect, test } from "vitest";
import { kubeApply, likeness } from "../../../roles/kubernetes/apply.ts";
import { runScript } from "./scripts.ts";

const path = "/etc/kubernetes/ts-play/network.yaml";

describe("a manifest is compared by the cluster", () => {
  const seen = (kubectl: string, files: Record<string, string> = { "admin.conf": "x" }) =>
    likeness.parse(runScript(likeness.command([path]), { files, programs: { kubectl, sleep: "exit 0" } }), [path])[0];
  const answering = (diff: string) => `case "$*" in *readyz) printf ok ;; *" diff "*) ${diff} ;; *) exit 9 ;; esac`;

  test("on a host that is no control plane there is nothing to compare with", () => {
    expect(seen("exit 9", {})).toBe("elsewhere");
  });
  test("a cluster that does not answer, or says that it is not ready, is silent", () => {
    expect(seen("exit 1")).toBe("silent");
    expect(seen("echo 'etcd failed' >&2; exit 1")).toBe("silent");
  });
  test("what it says counts", () => {
    expect(seen(answering("exit 0"))).toBe("same");
    expect(seen(answering("exit 1"))).toBe("different");
  });
});

test("a cluster that does not answer is not one that has the manifest", () => {
  const planned = (is: "same" | "different" | "elsewhere" | "silent") =>
    kubeApply.plan({ args: { path }, current: { is } });
  expect(() => planned("silent")).toThrow("no cluster answers on this control plane");
  expect(planned("different")).toHaveLength(1);
  expect([planned("same"), planned("elsewhere")]).toEqual([[], []]);
});
