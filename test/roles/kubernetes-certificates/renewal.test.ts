import type { TaskRefusal } from "ts-play";
import { describe, expect, test } from "vitest";
import { type CertificateState, isStale, PARTS, stateIn } from "../../../roles/kubernetes/certificate-state.ts";
import { expiryFindings } from "../../../roles/kubernetes/findings.ts";
import { kubeletRotates, rotationFindings } from "../../../roles/kubernetes-certificates/kubelet-rotation.ts";
import { certificateRenewal, partRestart } from "../../../roles/kubernetes-certificates/renewal.ts";

const DAY = 86_400;
const state = stateIn(`${JSON.stringify({
  certificates: [
    { name: "admin.conf", residualTime: 200 * DAY },
    { name: "apiserver", residualTime: 9.5 * DAY },
    { name: "apiserver-etcd-client", residualTime: 3 * DAY, externallyManaged: true },
    { name: "super-admin.conf", missing: true },
  ],
  certificateAuthorities: [{ name: "ca", residualTime: 3000 * DAY }],
})}
part etcd 1000 900
part kube-apiserver 1000 1001
part kube-scheduler 1000 1002
`);

test("an apiserver is not old for what it reads at each handshake: what it shows to those that call it, and to etcd", () => {
  expect(PARTS["kube-apiserver"]).toEqual([
    "/etc/kubernetes/pki/apiserver-kubelet-client.crt",
    "/etc/kubernetes/pki/front-proxy-client.crt",
  ]);
});

describe("what ends soon is renewed", () => {
  const renews = (beforeDays: number) =>
    certificateRenewal
      .plan({ args: { beforeDays }, current: { state } })
      .flatMap(({ changes }) => changes.map(({ attribute }) => attribute));

  test("and nothing else: not what is far from its end, is not there, or has its authority elsewhere", () => {
    expect(renews(30)).toEqual(["apiserver"]);
    expect(renews(9)).toEqual([]);
    expect(renews(365)).toEqual(["admin.conf", "apiserver"]);
  });

  test("a host that does not tell is no host on which all is well", () => {
    const current = { state: stateIn("") };
    expect(() => certificateRenewal.plan({ args: { beforeDays: 30 }, current })).toThrow("does not say");
  });
});

describe("a part is restarted", () => {
  const restarts = (part: "etcd" | "kube-apiserver" | "kube-scheduler" | "kube-controller-manager") =>
    partRestart.plan({ args: { part }, current: { state } }).length > 0;

  test("when it was started before its certificates were written", () => {
    expect(restarts("kube-scheduler")).toBe(true);
    expect(restarts("etcd")).toBe(false);
  });
  test("not for the second by which the clock of processes may be wrong", () =>
    expect(restarts("kube-apiserver")).toBe(false));
  test("not when it does not run: it will read them when it starts", () =>
    expect(restarts("kube-controller-manager")).toBe(false));
});

test("a renewal that is only planned has the parts restarted after it", () => {
  const [step] = certificateRenewal.plan({ args: { beforeDays: 30 }, current: { state } });
  const after = step!.effects[0]!.answer(state) as CertificateState;
  expect(after.parts.every(isStale)).toBe(true);
  expect(certificateRenewal.plan({ args: { beforeDays: 30 }, current: { state: after } })).toEqual([]);
});

test("verifying names what ends soon, also authorities, and who runs with older certificates", () => {
  expect(expiryFindings(state, 30)).toEqual([
    "the certificate apiserver of this host ends in 9 days: kubernetes-certificates.ts",
    "the certificate apiserver-etcd-client of this host ends in 3 days: kubernetes-certificates.ts",
    "the kube-scheduler of this host runs with older certificates than are there: kubernetes-certificates.ts",
  ]);
  expect(expiryFindings(state, 3001).at(-2)).toBe(
    "the authority ca ends in 3000 days, and all that it has issued with it",
  );
});

describe("a kubelet renews its certificate by itself", () => {
  const certificate = (days: number, daysLeft: number) => ({
    notBefore: new Date(0).toISOString(),
    notAfter: new Date(days * DAY * 1000).toISOString(),
    daysLeft,
  });
  const found = (given: object) => given as Parameters<typeof rotationFindings>[1];
  const told = { rotates: true, followsFile: true };

  test("and nothing is said against it while it has time", () =>
    expect(rotationFindings(told, found(certificate(365, 19)))).toEqual([]));
  test("when it should have done so long ago, that is a finding", () =>
    expect(rotationFindings(told, found(certificate(365, 18)))[0]?.message).toContain("ends in 18 days"));
  test("unless it was not told to, or uses another file", () => {
    expect(rotationFindings({ rotates: false, followsFile: false }, found(certificate(365, 300)))).toHaveLength(2);
    expect(rotationFindings(told, undefined)[0]?.message).toContain("no certificate");
  });

  test("what is to be done is said for what is wrong, and is nothing that kubeadm does not know", () => {
    const refusal = (given: typeof told, certificateFile: unknown) => {
      try {
        kubeletRotates.plan({ args: {}, current: { told: given, certificate: found(certificateFile as object) } });
      } catch (error) {
        return (error as TaskRefusal).fix;
      }
    };
    expect(refusal({ rotates: false, followsFile: true }, certificate(365, 300))).toContain("rotateCertificates: true");
    expect(refusal({ rotates: true, followsFile: false }, certificate(365, 300))).toContain("client-certificate");
    expect(refusal(told, certificate(365, -1))).toMatch(/^journalctl -u kubelet .* join again, or give it a new/);
    expect(refusal(told, undefined)).not.toContain("kubeadm");
  });
});
