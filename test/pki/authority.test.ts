import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateAuthority } from "ts-play";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { thisMachine } from "../../runner/cli/control-machine.ts";
import { keyKinds } from "../../runner/define/certificate-authority.ts";
import type { Ref } from "../../runner/define/ref.ts";
import { reveal, secret } from "../../runner/define/secret.ts";
import { RefBoard } from "../../runner/engine/ref-board.ts";
import { openssl } from "./openssl.ts";

const PASSPHRASE = "correct horse battery";
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pki-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Options = Partial<Parameters<typeof certificateAuthority>[0]>;
const authority = (options: Options = {}) =>
  certificateAuthority({ name: "test-ca", folder: join(folder, "ca"), passphrase: secret(PASSPHRASE), ...options });

const request = {
  profile: "peer",
  commonName: "etcd1",
  organizations: [],
  names: ["etcd1", "localhost"],
  addresses: ["10.0.0.4", "127.0.0.1", "::1"],
  key: "ecdsa-p256",
  lifetimeDays: 365,
  renewBeforeDays: 30,
} as const;

const board = () => new RefBoard(() => Promise.reject(new Error("no host is asked")), thisMachine);
const made = <T>(ref: Ref<T>): Promise<T> => board().value(ref);
const file = (name: string) => join(folder, name);

/** Issues a certificate and lays it beside the authority's. */
async function issue(wanted: object = {}, ca = authority()) {
  const issued = await made(ca.issue({ ...request, ...wanted }));
  await writeFile(file("leaf.crt"), issued.certificate);
  await writeFile(file("leaf.key"), reveal(issued.key));
  return issued;
}

const verify = (purpose: string) =>
  openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile", file("ca/ca.crt"), file("leaf.crt"));

describe.each(keyKinds)("with keys of the kind %s", (key) => {
  test("openssl takes the certificate for what it is, and the key for its own", { timeout: 60_000 }, async () => {
    await issue({ key }, authority({ key }));
    expect(verify("sslserver")).toContain("OK");
    expect(verify("sslclient")).toContain("OK");
    const publicKey = openssl("x509", "-in", file("leaf.crt"), "-noout", "-pubkey");
    expect(openssl("pkey", "-in", file("leaf.key"), "-pubout")).toBe(publicKey);
    const text = openssl("x509", "-in", file("leaf.crt"), "-noout", "-text");
    expect(text).toContain(key.startsWith("rsa") ? "Digital Signature, Key Encipherment" : "Digital Signature\n");
    expect(text).toContain("DNS:etcd1, DNS:localhost, IP Address:10.0.0.4, IP Address:127.0.0.1");
  });
});

test("a profile is good for its own purpose alone", async () => {
  await issue({ profile: "client" });
  expect(verify("sslclient")).toContain("OK");
  expect(() => verify("sslserver")).toThrow("unsuitable certificate purpose");
  await issue({ profile: "server" });
  expect(verify("sslserver")).toContain("OK");
  expect(() => verify("sslclient")).toThrow("unsuitable certificate purpose");
});

test("a leaf signs nothing, and the authority signs leaves only", async () => {
  await issue();
  expect(openssl("x509", "-in", file("leaf.crt"), "-noout", "-text")).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
  expect(openssl("x509", "-in", file("ca/ca.crt"), "-noout", "-text")).toMatch(
    /Basic Constraints: critical\s+CA:TRUE, pathlen:0/,
  );
});

test("certificates begin before now, last as long as was asked, and have numbers of their own", async () => {
  const serials = new Set<string>();
  for (let i = 0; i < 5; i++) {
    await issue({ lifetimeDays: 90 }, authority({ backdateMinutes: 10 }));
    serials.add(openssl("x509", "-in", file("leaf.crt"), "-noout", "-serial"));
  }
  expect(serials.size).toBe(5);
  const dates = openssl("x509", "-in", file("leaf.crt"), "-noout", "-dates");
  const [from, until] = [...dates.matchAll(/=(.*)/g)].map(([, date]) => Date.parse(date!));
  expect((Date.now() - from!) / 60_000).toBeCloseTo(10, 0);
  expect((until! - Date.now()) / 86_400_000).toBeCloseTo(90, 1);
});

test("the key is encrypted on the disk, for its owner alone, in a form that openssl opens", async () => {
  await issue();
  const text = await readFile(file("ca/ca.key"), "utf8");
  expect(text).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  expect((await stat(file("ca/ca.key"))).mode & 0o777).toBe(0o600);
  expect(openssl("asn1parse", "-in", file("ca/ca.key"))).toMatch(
    /PBKDF2[\s\S]*INTEGER\s+:0927C0[\s\S]*hmacWithSHA256[\s\S]*aes-256-cbc/,
  );
  const publicKey = openssl("pkey", "-in", file("ca/ca.key"), "-passin", `pass:${PASSPHRASE}`, "-pubout");
  expect(openssl("x509", "-in", file("ca/ca.crt"), "-noout", "-pubkey")).toBe(publicKey);
});

test("an authority is made once, whoever needs it first, and never replaced", async () => {
  const [one, other] = [authority(), authority()];
  await Promise.all([one, other, one].map((ca, i) => made(ca.issue({ ...request, commonName: `n${i}` }))));
  const before = await readFile(file("ca/ca.crt"), "utf8");
  expect(await made(one.certificate)).toBe(before);
  expect(await made(other.certificate)).toBe(before);
  await issue({}, authority());
  expect(await readFile(file("ca/ca.crt"), "utf8")).toBe(before);
  expect(verify("sslserver")).toContain("OK");
});

test("a run that died between the two files goes on with the key that is there", async () => {
  await issue();
  const key = await readFile(file("ca/ca.key"), "utf8");
  await rm(file("ca/ca.crt"));
  await issue({}, authority());
  expect(await readFile(file("ca/ca.key"), "utf8")).toBe(key);
  expect(verify("sslserver")).toContain("OK");
});

describe("refused", () => {
  const failure = (ca = authority()) => made(ca.issue(request)).catch((error: Error) => error.message);

  test("a wrong passphrase, and nothing is lost", async () => {
    await issue();
    const key = await readFile(file("ca/ca.key"), "utf8");
    expect(await failure(authority({ passphrase: secret("another passphrase") }))).toContain("PKI003");
    expect(await readFile(file("ca/ca.key"), "utf8")).toBe(key);
  });

  test("a key that is not encrypted", async () => {
    await issue();
    const plain = openssl("pkey", "-in", file("ca/ca.key"), "-passin", `pass:${PASSPHRASE}`);
    await writeFile(file("ca/ca.key"), plain);
    expect(await failure()).toContain("it is not encrypted");
  });

  test("a key in the older form of openssl is none of these", async () => {
    await issue();
    const older = openssl(
      "ec",
      ...["-in", file("ca/ca.key"), "-passin", `pass:${PASSPHRASE}`],
      ...["-aes256", "-passout", `pass:${PASSPHRASE}`],
    );
    await writeFile(file("ca/ca.key"), older);
    await issue({}, authority());
    expect(verify("sslserver")).toContain("OK");
  });

  test("no passphrase, a short one, a missing variable", async () => {
    expect(await failure(authority({ passphrase: secret("short") }))).toContain("PKI002");
    expect(await failure(authority({ passphrase: {} }))).toContain("name a variable, a file or a prompt");
    expect(await failure(authority({ passphrase: { variable: "TS_PLAY_NOT_SET" } }))).toContain(
      "set the environment variable TS_PLAY_NOT_SET",
    );
  });

  test("a file with the passphrase that others may read", async () => {
    await writeFile(file("passphrase"), PASSPHRASE, { mode: 0o644 });
    expect(await failure(authority({ passphrase: { file: file("passphrase") } }))).toContain("VLT004");
    await rm(file("passphrase"));
    await writeFile(file("passphrase"), `${PASSPHRASE}\n`, { mode: 0o600 });
    await issue({}, authority({ passphrase: { file: file("passphrase") } }));
    expect(verify("sslserver")).toContain("OK");
  });

  test("a certificate without its key, and the certificate of another key", async () => {
    await issue();
    await rm(file("ca/ca.key"));
    expect(await failure()).toContain("PKI003");
    await made(authority({ folder: file("other") }).issue(request));
    await writeFile(file("ca/ca.key"), await readFile(file("other/ca.key")), { mode: 0o600 });
    expect(await failure()).toContain("PKI004");
  });

  test("what is no certificate of an authority", async () => {
    await issue();
    await writeFile(file("ca/ca.crt"), await readFile(file("leaf.crt")));
    expect(await failure()).toContain("it is no certificate of an authority");
    await writeFile(file("ca/ca.crt"), "nonsense");
    expect(await failure()).toContain("it is no certificate");
  });

  test("an authority that ends too soon; one that ends a little sooner shortens the certificate", async () => {
    const ca = authority({ lifetimeDays: 40 });
    await issue({}, ca);
    expect(openssl("x509", "-in", file("leaf.crt"), "-noout", "-enddate").replace("notAfter", "")).toBe(
      openssl("x509", "-in", file("ca/ca.crt"), "-noout", "-enddate").replace("notAfter", ""),
    );
    expect(await made(ca.issue({ ...request, renewBeforeDays: 40 })).catch((error: Error) => error.message)).toContain(
      "PKI005",
    );
  });
});

test("a plan needs neither key nor passphrase, and makes nothing", async () => {
  const ca = authority({ passphrase: {} });
  expect(await board().planArguments({ ca })).toMatchObject({ ca: { name: "test-ca" } });
  await expect(stat(join(folder, "ca"))).rejects.toThrow("ENOENT");
});
