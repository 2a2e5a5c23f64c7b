import { execFileSync } from "node:child_process";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { keepalived } from "../../roles/keepalived/role.ts";
import { addressOnWire } from "../../roles/keepalived-preflight/address-on-wire.ts";
import { keepalivedPreflight } from "../../roles/keepalived-preflight/role.ts";

const VIP = "192.0.2.9";
const members = [
  { name: "lb1", address: "192.0.2.10", priority: 110 },
  { name: "lb2", address: "192.0.2.12", priority: 100 },
];
const of = keepalived({ members, instances: [{ addresses: [VIP] }] });
const friends = members.map(({ address }) => address);
const [own, other, stranger] = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:66"];
const question = { address: VIP, friends };

describe("an address that a host is to keep", () => {
  const attempt = (answer: string | undefined) => {
    const host = new FakeHost({ name: "lb1", address: "192.0.2.10" });
    host.set(addressOnWire(question), { answer, friends: [own, other] });
    return host.attempt(keepalivedPreflight({ of }));
  };

  test("is refused when a stranger answers for it, with who that is and what to do", async () => {
    const { failure, steps } = await attempt(stranger);
    expect(steps).toEqual([]);
    expect(failure).toMatchObject({
      message: `${VIP} is in use: ${stranger} answers for it, and that is none of the hosts 192.0.2.10, 192.0.2.12`,
      fix: "take the address off the host with that hardware address, or choose one that nobody uses",
    });
  });

  test.each([undefined, other, own])("is fine when nobody or one of the members does", async (answer) => {
    expect((await attempt(answer)).state).toBe("done");
  });
});

describe("the question", () => {
  const parse = (stdout: string) =>
    addressOnWire(question).kind.parse({ stdout, stderr: "", exitCode: 0 }, [question as never])[0];

  test("is a shell script", () => {
    const text = addressOnWire(question)
      .kind.command([question as never])
      .toString();
    expect(execFileSync("/bin/sh", ["-n"], { input: text, encoding: "utf8" })).toBe("");
    expect(text).toContain(String.raw`s/.* lladdr \([^ ]*\) .*/\1/p`);
  });

  test("is answered with hardware addresses, in small letters", () => {
    const stdout = `asked\nanswer ${stranger.toUpperCase()}\nfriend ${other}\nfriend \nfriend ${own}\n`;
    expect(parse(stdout)).toEqual({ answer: stranger, friends: [other, own] });
    expect(parse("asked\nanswer \n")).toEqual({ answer: undefined, friends: [] });
  });

  test("is not asked where the address is kept already", () => {
    expect(parse("")).toBeUndefined();
  });
});
