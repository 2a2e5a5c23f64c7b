import { expect, test } from "vitest";
import { adminConfig } from "../../../roles/kubernetes/admin-config.ts";

const planned = (sha256: string | undefined, onHost: string | undefined) =>
  adminConfig.plan({ args: { to: "admin.conf", here: { sha256 } }, current: { onHost } });

test("the kubeconfig comes when there is none here, or another", () => {
  const fetched = { kind: "fetch", path: "/etc/kubernetes/admin.conf", to: "admin.conf" };
  expect(planned(undefined, "a1")).toEqual([expect.objectContaining(fetched)]);
  expect(planned("b2", "a1")).toEqual([expect.objectContaining(fetched)]);
  expect(planned("a1", "a1")).toEqual([]);
});

test("where there is no cluster there is none to bring", () => {
  expect(() => planned(undefined, undefined)).toThrow("there is no /etc/kubernetes/admin.conf here");
});
