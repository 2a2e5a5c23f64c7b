import { describe, expect, test } from "vitest";
import { configMapText } from "../../../roles/kubernetes/config-map.ts";
import { certificateLifetime } from "../../../roles/kubernetes-certificates/lifetime.ts";
import { runScript } from "../kubernetes/scripts.ts";

// As kubeadm writes it.
const configuration = `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
certificateValidityPeriod: 8760h0m0s
controlPlaneEndpoint: kubernetes.internal:8443
kind: ClusterConfiguration
`;

/** What is planned on a control plane whose kubectl answers so. */
const planned = (days: number, kubectl: string, files: Record<string, string> = { "admin.conf": "x" }) => {
  const { kind } = configMapText("kubeadm-config");
  const result = runScript(kind.command(["kubeadm-config" as never]), { files, programs: { kubectl } });
  const [found] = kind.parse(result, ["kubeadm-config" as never]);
  return certificateLifetime.plan({ args: { days }, current: { found: found! } });
};

const patchOf = (...given: Parameters<typeof planned>) => {
  const [step, ...more] = planned(...given);
  expect(more).toEqual([]);
  return JSON.parse(step?.kind === "run" ? String(step.stdin) : "");
};

const says = (text: string) =>
  `case "$*" in *name) echo configmap/kubeadm-config ;; *jsonpath*) printf '%s' '${text}' ;; esac`;

describe("how long certificates last", () => {
  test("is one line of the configuration, changed only while that says what was seen", () => {
    const to = (text: string, wanted: string) => [
      { op: "test", path: "/data/ClusterConfiguration", value: text },
      { op: "replace", path: "/data/ClusterConfiguration", value: wanted },
    ];
    expect(patchOf(30, says(configuration))).toEqual(to(configuration, configuration.replace("8760h", "720h")));
    const without = configuration.replace(/certificateV.*\n/, "");
    expect(patchOf(30, says(without))).toEqual(to(without, `${without}certificateValidityPeriod: 720h0m0s\n`));
  });
  test("is left alone where it is as wanted", () => expect(planned(365, says(configuration))).toEqual([]));

  test("is not changed where the cluster does not answer, be it at the first question or in the middle", () => {
    expect(() => planned(30, "exit 1")).toThrow("the apiserver of this host does not answer");
    expect(() => planned(30, `case "$*" in *name) echo found ;; *) exit 1 ;; esac`)).toThrow("does not answer");
  });
  test("is not made up where there is no configuration", () => {
    expect(() => planned(30, ":")).toThrow("this host has no cluster");
    expect(() => planned(30, says(configuration), {})).toThrow("this host has no cluster");
  });
});
