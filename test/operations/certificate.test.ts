import {
  type CertificateFile,
  certificate,
  certificateAuthority,
  defineRole,
  file,
  fileHash,
  type PathState,
  z,
} from "ts-play";
import { FakeHost } from "ts-play/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificateRequest, IssuedCertificate } from "../../runner/define/certificate-authority.ts";
import { contentHash } from "../../runner/define/content.ts";
import { RefBoard } from "../../runner/engine/ref-board.ts";
import { parseCertificate } from "../../runner/probes/certificate.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";

const authorityIn = (folder: string, name = "etcd") =>
  certificateAuthority({ name, folder, passphrase: { variable: "PASSPHRASE" } });
const ca = authorityIn("pki");

const wanted = {
  ca,
  profile: "peer",
  commonName: "etcd1",
  names: ["localhost", "etcd1"],
  addresses: ["10.0.0.4", "0:0::1"],
  path: "/etc/etcd/peer.crt",
  keyPath: "/etc/etcd/peer.key",
} as const;

const roleWith = (changes: object = {}) =>
  defineRole({
    name: "pki",
    summary: "A certificate and its authority's.",
    vars: z.object({}),
    tasks: () => [file({ path: "/etc/etcd/ca.crt", content: ca.certificate }), certificate({ ...wanted, ...changes })],
  })({});

const control = new FakeControl();
control.secrets.set("PASSPHRASE", "correct horse battery");
const board = new RefBoard(() => Promise.reject(new Error("no host is asked")), control);
let issued: IssuedCertificate;

const request: CertificateRequest = {
  ...wanted,
  organizations: [],
  key: "ecdsa-p256",
  lifetimeDays: 365,
  renewBeforeDays: 30,
};
const issue = (changes: Partial<CertificateRequest> = {}, from = ca) =>
  board.value(from.issue({ ...request, ...changes }));

beforeAll(async () => {
  issued = await issue();
});

/** What is seen of a host that holds a certificate, at a time. */
const seen = ({ certificate: text, key }: IssuedCertificate, now = Date.now()) => ({
  found: parseCertificate(text, now) as CertificateFile | undefined,
  state: there("0644"),
  keyState: there("0600"),
  keyHash: contentHash(key),
});
const there = (mode: string): PathState => ({ type: "file", mode, owner: "root", group: "root" });

/** What would change, as the engine plans it: with the authority's certificate read. */
async function changes(current: ReturnType<typeof seen>, args: object = {}): Promise<readonly string[]> {
  const task = certificate({ ...wanted, ...args });
  const steps = task.plan(current, false, await board.planArguments(task.args));
  return steps.flatMap((step) =>
    step.changes.map(({ attribute, from, to }) => `${step.kind} ${attribute}: ${from} -> ${to}`),
  );
}

describe("what there is, is kept while it will do", () => {
  test("nothing is wanted of a certificate that says all that it should", async () => {
    expect(await changes(seen(issued))).toEqual([]);
  });

  test("only the mode of a key that others can read", async () => {
    expect(await changes({ ...seen(issued), keyState: there("0644") })).toEqual(["run mode: 0644 -> 0600"]);
  });

  test("addresses are compared by what they mean", async () => {
    expect(await changes(seen(issued), { addresses: ["10.0.0.4", "::1"] })).toEqual([]);
  });
});

describe("a plan says why a certificate is issued anew", () => {
  const day = 86_400_000;

  test.each([
    [340 * day, "expires in 24 days"],
    [365 * day + 1000, "expired on 20"],
    [-day, "begins on 20"],
  ])("its time, %d ms from now", async (later, why) => {
    const [reason] = (await changes(seen(issued, Date.now() + later))).filter((text) => text.includes("validity"));
    expect(reason).toContain(why);
    expect(reason).toContain("-> 365 days");
  });

  test("an address that came, a name that went", async () => {
    expect(await changes(seen(issued), { addresses: ["10.0.0.4", "::1", "10.0.0.9"], names: ["etcd1"] })).toEqual([
      "write name localhost: named -> not named",
      "write address 10.0.0.9: missing -> named",
    ]);
  });

  test("another authority, also one of the same name", async () => {
    const other = authorityIn("another");
    expect(await changes(seen(await issue({}, other)))).toEqual(["write issuer: another authority (CN=etcd) -> etcd"]);
  });

  test("an authority that has yet to be made", async () => {
    expect(await changes(seen(issued), { ca: authorityIn("nowhere", "new") })).toEqual([
      "write issuer: another authority (CN=etcd) -> new",
    ]);
  });

  test("another profile, key, name or group", async () => {
    expect(await changes(seen(await issue({ profile: "client" })))).toEqual(["write profile: client -> peer"]);
    expect(await changes(seen(issued), { key: "rsa-2048" })).toEqual(["write key: ecdsa-p256 -> rsa-2048"]);
    expect(await changes(seen(issued), { commonName: "etcd2", organizations: ["ops"] })).toEqual([
      "write common name: etcd1 -> etcd2",
      "write organization ops: missing -> named",
    ]);
  });

  test("a key that is gone, or that belongs to another certificate", async () => {
    expect(await changes({ ...seen(issued), keyState: { type: "absent" } })).toContain(
      "write key /etc/etcd/peer.key: absent -> ecdsa-p256",
    );
    const other = await issue();
    expect(await changes({ ...seen(issued), keyHash: contentHash(other.key) })).toEqual([
      "write key /etc/etcd/peer.key: of another certificate -> its own",
    ]);
  });

  test("no certificate at all, and no certificate in the file", async () => {
    expect(await changes({ ...seen(issued), found: undefined })).toContain("write certificate: absent -> etcd");
    expect(await changes({ ...seen(issued), found: { unreadable: "it holds no certificate" } })).toEqual([
      "write certificate: it holds no certificate -> etcd",
    ]);
  });
});

test("a bare host: the plan is complete without a passphrase, apply makes all, the second run nothing", async () => {
  const host = new FakeHost();
  const plan = await host.check(roleWith());
  expect(plan.steps).toEqual(["write /etc/etcd/ca.crt", "write /etc/etcd/peer.key", "write /etc/etcd/peer.crt"]);
  expect(host.control.files.size).toBe(0);

  const failed = await host.attempt(roleWith());
  expect(failed.failure?.message).toContain("PKI002");
  expect(failed.tasks.map(({ task, state }) => `${task} ${state}`)).toEqual([
    "pki/file /etc/etcd/ca.crt failed",
    "pki/certificate /etc/etcd/peer.crt skipped",
  ]);
  host.control.secrets.set("PASSPHRASE", "correct horse battery");
  expect((await host.apply(roleWith())).steps).toEqual(plan.steps);
  expect([...host.control.files.keys()]).toEqual(["pki/ca.key", "pki/ca.crt"]);
  host.set(fileHash("/etc/etcd/ca.crt"), contentHash(host.control.files.get("pki/ca.crt")!));
  expect((await host.apply(roleWith())).steps).toEqual([]);
});

test("an authority's certificate that was changed by hand is put back", async () => {
  const host = new FakeHost();
  host.control.secrets.set("PASSPHRASE", "correct horse battery");
  await host.apply(roleWith());
  host.set(fileHash("/etc/etcd/ca.crt"), "another");
  expect((await host.check(roleWith())).steps).toEqual(["write /etc/etcd/ca.crt"]);
});

test("what cannot be is refused", () => {
  const task = (args: object) => () => certificate({ ...wanted, ...args });
  expect(task({ names: [], addresses: [] })).toThrow("clients do not look at the common name");
  expect(task({ lifetimeDays: 10 })).toThrow("renewed for ever");
  expect(task({ keyPath: wanted.path })).toThrow("is where the certificate is");
  expect(task({ addresses: ["etcd1"] })).toThrow("addresses.0");
  expect(task({ ca: {} })).toThrow("expected a value from certificateAuthority");
});
