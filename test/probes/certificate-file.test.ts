import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateFile } from "ts-play";
import { describe, expect, test } from "vitest";
import { isSignedBy, usualAddress } from "../../runner/probes/certificate.ts";
import { openssl } from "../pki/openssl.ts";
import { runVector, shells, temporaryFolder } from "./run-probe.ts";

const ORDER = [
  "openssl",
  "req",
  "-x509",
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:P-256",
  "-nodes",
  "-days",
  "10",
];
const EXTENSIONS = [
  "-addext",
  "subjectAltName=DNS:db1,IP:10.0.0.4,IP:2001:db8::1",
  "-addext",
  "extendedKeyUsage=serverAuth",
];

/** A certificate that openssl has made. */
function make(folder: string, subject = "/O=ops/O=system:masters/CN=db1"): string {
  const path = join(folder, "db1.crt");
  const [, ...order] = ORDER;
  openssl(...order, "-subj", subject, ...EXTENSIONS, "-keyout", join(folder, "db1.key"), "-out", path);
  return path;
}

describe.each(shells)("certificateFile in $name", (shell) => {
  test("says what openssl has written, of many files in one process", () => {
    const folder = temporaryFolder();
    const path = make(folder);
    writeFileSync(join(folder, "no certificate"), "hello\n");
    const paths = [path, "/nothing", join(folder, "no certificate"), folder];
    const [found, absent, none, directory] = runVector(certificateFile, paths, shell);
    expect(found).toMatchObject({
      subject: "O=ops, O=system:masters, CN=db1",
      commonName: "db1",
      organizations: ["ops", "system:masters"],
      names: ["db1"],
      addresses: ["10.0.0.4", "2001:db8::1"],
      server: true,
      client: false,
      authority: true,
      key: "ecdsa-p256",
      daysLeft: expect.toSatisfy((days) => days === 9 || days === 10),
      begun: true,
      keySha256: undefined,
    });
    expect([absent, none, directory]).toEqual([undefined, { unreadable: "it holds no certificate" }, undefined]);
  });
});

test("who signed it is found out by its signature, not by a name", () => {
  const [mine, other] = [temporaryFolder(), temporaryFolder()].map((folder) => readFileSync(make(folder), "utf8"));
  expect(isSignedBy(mine!, mine!)).toBe(true);
  expect(isSignedBy(mine!, other!)).toBe(false);
});

test.each([
  ["10.0.0.4", "10.0.0.4"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["0:0:0:0:0:0:0:1", "::1"],
])("the address %s is usually written %s", (given, usual) => {
  expect(usualAddress(given)).toBe(usual);
});
