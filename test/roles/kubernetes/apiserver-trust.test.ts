import { certificateAuthority, fileHash, fileText, pathState, type RoleCall } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { etcd } from "../../../roles/kubernetes/plays.ts";
import { externalEtcdClient, externalEtcdTrust } from "../../../roles/kubernetes/role.ts";
import { RefBoard } from "../../../runner/engine/ref-board.ts";
import { siteOf } from "./cluster.ts";

const TRUST = "/etc/kubernetes/pki/etcd/ca.crt";
const authority = (folder: string) =>
  certificateAuthority({ name: "etcd-ca", folder, passphrase: { variable: "PASSPHRASE" } });
const [former, ca] = [authority("old"), authority("new")];
let host: FakeHost;
let texts: { readonly former: string; readonly ca: string };

beforeEach(async () => {
  host = new FakeHost({ name: "cp1", address: "192.0.2.11" });
  host.control.secrets.set("PASSPHRASE", "correct horse battery");
  const board = new RefBoard(() => Promise.reject(new Error("no host is asked")), host.control);
  texts = { former: await board.value(former.certificate), ca: await board.value(ca.certificate) };
});

function trusts(...which: readonly ("former" | "ca")[]): void {
  host.set(pathState(TRUST), { type: "file", mode: "0644", owner: "root", group: "root" });
  host.set(fileText(TRUST), which.map((one) => texts[one]).join(""));
  host.set(fileHash(TRUST), "as it is");
}

/** What the apiserver trusts after a run, in the words of the authorities, and whether it was restarted for it. */
async function afterwards(role: RoleCall): Promise<string> {
  const { failure, steps } = await host.attempt(role);
  if (failure) return failure.message;
  if (!steps.some((step) => step.includes(TRUST))) return "as before";
  const text = String((await host.read([fileText(TRUST)])).values().next().value);
  const names = Object.entries(texts)
    .filter(([, pem]) => text.includes(pem))
    .map(([name]) => name);
  return `${names.join(" and ")}${steps.some((step) => step.includes("kube-apiserver")) ? ", restarted" : ""}`;
}

describe("an apiserver whose etcd is given another authority", () => {
  test("trusts both before members show certificates of the new one", async () => {
    trusts("former");
    expect(await afterwards(externalEtcdTrust({ ca, formerCa: former }))).toBe("former and ca, restarted");
  });
  test("keeps to both until the former is no more named, also when only the new one is asked for at first", async () => {
    trusts("former", "ca");
    expect(await afterwards(externalEtcdTrust({ ca, formerCa: former }))).toBe("as before");
    expect(await afterwards(externalEtcdTrust({ ca }))).toBe("as before");
  });
  test("trusts the new one alone at the end", async () => {
    trusts("former", "ca");
    expect(await afterwards(externalEtcdClient({ ca }))).toBe("ca, restarted");
  });
  test.each([
    ["externalEtcdTrust", externalEtcdTrust],
    ["externalEtcdClient", externalEtcdClient],
  ])("is not taken from its etcd by a folder that was named by mistake: %s", async (_, role) => {
    trusts("former");
    expect(await afterwards(role({ ca }))).toContain("trusts another authority of etcd");
  });
  test("on a new host is given what is asked for", async () =>
    expect(await afterwards(externalEtcdTrust({ ca }))).toContain("ca"));
});

test("apiservers trust etcd before its members change, and are restarted one at a time", () => {
  const plays = etcd(siteOf({ etcd: 3 }));
  expect(plays[0]).toMatchObject({ title: "Apiservers trust etcd", batch: [1] });
  expect(plays.at(-1)).toMatchObject({ title: "Apiservers may use etcd", batch: [1] });
});
