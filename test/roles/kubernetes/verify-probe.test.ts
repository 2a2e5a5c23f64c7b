import { expect, test } from "vitest";
import { viewIn, viewScript } from "../../../roles/kubernetes/verify-probe.ts";
import { runScript } from "./scripts.ts";

const seen = (pods: string, address = "192.0.2.11") => {
  const { stdout, exitCode } = runScript(viewScript, {
    files: { "admin.conf": "x", "manifests/kube-apiserver.yaml": `    - --advertise-address=${address}\n` },
    programs: {
      kubectl: `case "$*" in *readyz*) echo ok ;; *"get pods"*) printf '%s' '${pods}' ;; esac`,
      curl: `case "$*" in *'https://[2001:db8::1]:6443/'* | *https://192.0.2.11:6443/* | *https://127.0.0.1:*) echo ok ;; esac`,
    },
  });
  return { exitCode, ...viewIn(stdout) };
};

test("a pod that has done its work is not broken, though it is not ready; one that waits, has failed or is not ready is", () => {
  const pods = [
    "dns|Running|true true",
    "job|Succeeded|false",
    "one|Running|true false",
    "two|Pending|",
    "three|Failed|false",
  ];
  expect(seen(`${pods.join("\n")}\n`)).toMatchObject({
    exitCode: 0,
    unwell: [],
    brokenPods: ["kube-system/one", "kube-system/two", "kube-system/three"],
  });
});

test("the apiserver of a control plane is asked at its own address, also at one of IPv6", () => {
  expect(seen("", "192.0.2.11")).toMatchObject({ exitCode: 0, unwell: [] });
  expect(seen("", "2001:db8::1")).toMatchObject({ exitCode: 0, unwell: [] });
  expect(seen("", "2001:db8::2")).toMatchObject({ unwell: ["kube-apiserver"] });
});
