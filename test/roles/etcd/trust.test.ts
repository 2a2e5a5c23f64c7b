import { createHash } from "node:crypto";
import { certificateAuthority, certificateFile, fileHash, fileText, pathState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { etcdHasLog } from "../../../roles/etcd/has-log.ts";
import type { EtcdVars } from "../../../roles/etcd/vars.ts";
import { etcdCertified, etcdTrusting } from "../../../roles/etcd-rotation/role.ts";
import { RefBoard } from "../../../runner/engine/ref-board.ts";
import { parseCertificate } from "../../../runner/probes/certificate.ts";

const TRUST = "/etc/etcd/pki/ca.crt";
const passphrase = { variable: "PASSPHRASE" } as const;
const authority = (folder: string) => certificateAuthority({ name: "etcd-ca", folder, passphrase });
const [former, ca] = [authority("old"), authority("new")];
const members = [1, 2, 3].map((n) => ({ name: `etcd${n}`, address: `10.0.0.${n}` }));
const vars = { members, ca, formerCa: former } as Partial<EtcdVars> as EtcdVars;
const trusting = (rotation: "widen" | "narrow") => etcdTrusting({ ...vars, rotation });

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let host: FakeHost;
let texts: { readonly former: string; readonly ca: string };

/** A member with data whose certificates are of one of the authorities. */
beforeEach(async () => {
  host = new FakeHost({ name: "etcd1", address: "10.0.0.1" });
  host.control.secrets.set("PASSPHRASE", "correct horse battery");
  const board = new RefBoard(() => Promise.reject(new Error("no host is asked")), host.control);
  texts = { former: await board.value(former.certificate), ca: await board.value(ca.certificate) };
  host.set(etcdHasLog({ dataDir: "/var/lib/etcd", walDir: undefined }), true);
  await certifiedBy("former", board);
});

async function certifiedBy(which: "former" | "ca", board = new RefBoard(() => Promise.reject(), host.control)) {
  const request = { profile: "peer", commonName: "etcd1", organizations: [], names: ["etcd1"], addresses: [] } as const;
  const terms = { key: "ecdsa-p256", lifetimeDays: 90, renewBeforeDays: 0 } as const;
  const { certificate } = await board.value({ former, ca }[which].issue({ ...request, ...terms }));
  host.set(certificateFile("/etc/etcd/pki/server.crt"), parseCertificate(certificate, Date.now()));
}

function trusts(...which: readonly ("former" | "ca")[]): void {
  host.set(pathState(TRUST), { type: "file", mode: "0644", owner: "root", group: "root" });
  host.set(fileText(TRUST), which.map((one) => texts[one]).join(""));
  host.set(fileHash(TRUST), "as it is");
}

/** What is written, in the words of the authorities. */
async function written(rotation: "widen" | "narrow"): Promise<readonly string[]> {
  const { failure, steps } = await host.attempt(trusting(rotation));
  if (failure) throw new Error(failure.message);
  return steps.map((step) => step.split("\n")[0]!);
}

describe("widen", () => {
  test("trusts both, the former first", async () => {
    trusts("former");
    await written("widen");
    expect((await host.read([fileHash(TRUST)])).values().next().value).toBe(sha256(texts.former + texts.ca));
  });

  test("leaves a member alone that trusts the new one and has its certificate: the rotation is through", async () => {
    trusts("ca");
    await certifiedBy("ca");
    host.set(fileHash(TRUST), sha256(texts.ca));
    expect(await written("widen")).toEqual([]);
  });

  test("refuses a cluster of a third authority", async () => {
    trusts("former");
    host.set(fileText(TRUST), texts.former + texts.ca.replaceAll("M", "N"));
    await expect(written("widen")).rejects.toThrow("trusts another authority");
  });
});

describe("narrow", () => {
  test("trusts the new one alone when its own certificate is of it", async () => {
    trusts("former", "ca");
    await certifiedBy("ca");
    expect(await written("narrow")).toEqual([`write ${TRUST}`]);
    expect((await host.read([fileHash(TRUST)])).values().next().value).toBe(sha256(texts.ca));
  });

  test("refuses while its own certificate is of the former", async () => {
    trusts("former", "ca");
    await expect(written("narrow")).rejects.toThrow("is of the authority that is to be trusted no more");
  });

  test("refuses before the new one is trusted", async () => {
    trusts("former");
    await expect(written("narrow")).rejects.toThrow("does not trust the new authority yet");
  });
});

test("certificates of the former are issued anew by the other", async () => {
  const { tasks } = await host.check(etcdCertified(vars));
  expect(tasks.filter(({ state }) => state === "changed").map(({ task }) => task)).toContain(
    "etcdCertified/certificate /etc/etcd/pki/server.crt",
  );
});
