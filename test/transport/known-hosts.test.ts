import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { strictVerifier } from "../../runner/transport/ssh/host-key-check.ts";
import { fingerprint, judgeHostKey, knownHostName, knownKeyTypes } from "../../runner/transport/ssh/known-hosts.ts";
import { parseKnownHosts } from "../../runner/transport/ssh/known-hosts-file.ts";

const wireKey = (type: string, content: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(content)]);
};
const key = wireKey("ssh-ed25519", "one");
const otherKey = wireKey("ssh-ed25519", "two");
const rsaKey = wireKey("ssh-rsa", "three");
const line = (names: string, of: Buffer = key): string =>
  `${names} ${of.toString("latin1", 4, 4 + of.readUInt32BE(0))} ${of.toString("base64")}`;
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
};
const judge = (text: string, name: string, shown: Buffer = key): string =>
  judgeHostKey(parseKnownHosts("kh", text), name, shown).kind;

describe("known_hosts", () => {
  test.each([
    ["a plain name", line("host.example"), "host.example", "trusted"],
    ["one of several names", line("a,host.example,10.0.0.1"), "10.0.0.1", "trusted"],
    ["upper case in the file", line("HOST.example"), "host.example", "trusted"],
    ["a name that only begins alike", line("host.example"), "host.example.org", "unknown"],
    ["a dot that is no wildcard", line("host.example"), "hostxexample", "unknown"],
    ["a wildcard", line("*.example"), "deep.host.example", "trusted"],
    ["a question mark", line("web?"), "web1", "trusted"],
    ["a question mark and two letters", line("web?"), "web10", "unknown"],
    ["a negated name", line("*.example,!bad.example"), "bad.example", "unknown"],
    ["a port of its own", line("[host]:2222"), "[host]:2222", "trusted"],
    ["the wrong port", line("[host]:2222"), "host", "unknown"],
    ["a hashed name", line(hashed("host")), "host", "trusted"],
    ["another hashed name", line(hashed("host")), "other", "unknown"],
    ["a hashed name with a port", line(hashed("[host]:2222")), "[host]:2222", "trusted"],
    ["a comment after the key and tabs", `${line("host").replaceAll(" ", "\t")} root@host`, "host", "trusted"],
    ["another key of the same type", line("host", otherKey), "host", "changed"],
    ["only a key of another type", line("host", rsaKey), "host", "other-type"],
    ["an old key next to the right one", `${line("host", otherKey)}\n${line("host")}`, "host", "trusted"],
    ["a revoked key, also when it is listed", `${line("host")}\n@revoked ${line("*")}`, "host", "revoked"],
    ["another key that is revoked", `${line("host")}\n@revoked ${line("*", otherKey)}`, "host", "trusted"],
    ["only a certificate authority", `@cert-authority ${line("*")}`, "host", "authority-only"],
    ["nothing but comments", "# host\n\n", "host", "unknown"],
  ])("with %s", (_, text, name, verdict) => {
    expect(judge(text, name)).toBe(verdict);
  });

  test.each([
    ["bad base64", "host ssh-ed25519 ???", /base64/],
    ["a key of another type", `host ssh-rsa ${key.toString("base64")}`, /not of type ssh-rsa/],
    ["a truncated key", "host ssh-ed25519 AAAA", /not of type/],
    ["too few fields", "host ssh-ed25519", /names, a key type and a key/],
    ["an unknown marker", `@trusted ${line("host")}`, /unknown marker @trusted/],
    ["a hash of the wrong length", line("|1|AAAA|AAAA"), /hashed name/],
  ])("lists a line with %s as broken and trusts nothing from it", (_, text, reason) => {
    const parsed = parseKnownHosts("kh", `\n${text}\n`);
    expect(parsed.entries).toEqual([]);
    expect(parsed.broken).toEqual([
      expect.objectContaining({ file: "kh", line: 2, reason: expect.stringMatching(reason) }),
    ]);
  });

  test("names a server with its port unless that is 22", () => {
    expect([knownHostName("Host", 22), knownHostName("Host", 2222)]).toEqual(["host", "[host]:2222"]);
  });

  test("tells which key types are known, so that no other is asked for", () => {
    const known = parseKnownHosts(
      "kh",
      `${line("host")}\n${line("host", rsaKey)}\n@revoked ${line("host", wireKey("ssh-dss", ""))}`,
    );
    expect(knownKeyTypes(known, "host")).toEqual(["ssh-ed25519", "ssh-rsa"]);
  });

  test("prints fingerprints as ssh-keygen does", () => {
    expect(fingerprint(key)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});

describe("the verifier that is given to the SSH library", () => {
  const styles: [string, (key: Buffer) => unknown, boolean][] = [
    ["true", () => true, true],
    ["false", () => false, false],
    ["undefined", () => undefined, false],
    ["null", () => null, false],
    ["0", () => 0, false],
    ["1", () => 1, false],
    ["an empty string", () => "", false],
    ["the word true", () => "true", false],
    ["a promise of true", async () => true, false],
    ["a promise of false", async () => false, false],
    [
      "a throw",
      () => {
        throw new Error("no");
      },
      false,
    ],
    ["a rejected promise", () => Promise.reject(new Error("no")).catch(() => false), false],
  ];
  test.each(styles)("answers a decision of %s with a strict boolean", (_, decide, expected) => {
    expect(strictVerifier(decide)(key)).toBe(expected);
  });

  test("pins the first key for the whole connection and decides once", () => {
    let decisions = 0;
    const verify = strictVerifier(() => {
      decisions += 1;
      return true;
    });
    expect([verify(key), verify(Buffer.from(key)), verify(otherKey), decisions]).toEqual([true, true, false, 1]);
  });
});
