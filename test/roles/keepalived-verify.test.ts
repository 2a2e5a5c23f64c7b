import type { Host } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { keepalived } from "../../roles/keepalived/role.ts";
import { addressView, wrongWith } from "../../roles/keepalived-verify/address-view.ts";
import { checkAnswer } from "../../roles/keepalived-verify/check-answer.ts";
import { holderGate } from "../../roles/keepalived-verify/holder-gate.ts";
import { keepalivedVerify } from "../../roles/keepalived-verify/role.ts";

const VIP = "192.0.2.9";
const role = keepalived({
  members: [
    { name: "lb1", address: "192.0.2.10", priority: 110 },
    { name: "lb2", address: "192.0.2.12", priority: 100 },
  ],
  instances: [{ addresses: [VIP], check: { port: 80 } }],
});
const look = keepalivedVerify({ of: role });
const script = "/usr/local/libexec/ts-play/virtual_ip-check";
const [one, two] = ["ba:a2:b2:8d:3f:6b", "02:00:00:00:00:02"];

async function built(): Promise<FakeHost> {
  const host = new FakeHost({ name: "lb1", address: "192.0.2.10" });
  await host.apply(role);
  host.set(checkAnswer(script), "good");
  host.set(addressView(VIP), { held: true, macs: [one], answers: [] });
  return host;
}

describe("on a host", () => {
  test("nothing is wrong with what the role has just built", async () => {
    expect((await (await built()).attempt(look)).state).toBe("done");
  });

  test("all that is wrong is told at once, and nothing is changed", async () => {
    const host = await built();
    host.set(checkAnswer(script), "failed");
    host.set(addressView(VIP), { held: true, macs: [one], answers: [two] });
    const run = await host.attempt(look);

    expect(run.steps).toEqual([]);
    expect(run.failure?.message).toBe(
      `the check ${script} fails; two hosts hold ${VIP}: this one, and ${two} answers for it as well`,
    );
  });

  test("what was never built is named, too", async () => {
    const run = await new FakeHost({ name: "lb1", address: "192.0.2.10" }).attempt(look);
    expect(run.failure?.message).toMatch(
      /packages keepalived curl is not as it should be.*there is no unit keepalived/,
    );
  });
});

describe("an address as a host sees it", () => {
  const seen = (stdout: string) => addressView(VIP).kind.parse({ stdout, stderr: "", exitCode: 0 }, [VIP as never])[0]!;
  const reply = (mac: string) => `Unicast reply from ${VIP} [${mac.toUpperCase()}]  0.560ms\n`;

  test("is read from what iputils' arping says", () => {
    const stdout = `held \nmac 00:00:00:00:00:00\nmac ${two}\narping\nARPING ${VIP} from 192.0.2.12 eth0\n${reply(one)}${reply(one)}Received 2 response(s)\n`;
    expect(seen(stdout)).toEqual({ held: false, macs: [two], answers: [one] });
    expect(seen(`held eth0\nmac ${one}\n`)).toEqual({ held: true, macs: [one], answers: undefined });
  });

  test.each([
    [false, [], /nobody holds/],
    [false, [one, two], /two hosts hold/],
    [true, [two], /two hosts hold/],
  ])("held %s with answers %j is wrong", (held, answers, message) => {
    expect(wrongWith(VIP, { held, macs: [], answers })).toMatch(message);
  });

  test.each([
    [false, [one]],
    [true, []],
    [false, undefined],
  ])("held %s with answers %j is right", (held, answers) => {
    expect(wrongWith(VIP, { held, macs: [], answers })).toBeUndefined();
  });
});

type View = readonly [held: boolean, answers?: readonly string[]] | undefined;

describe("a group", () => {
  const host = (name: string): Host => ({ name, address: "" });
  const objection = (...views: readonly View[]) =>
    holderGate(VIP).objection(
      views.map((view, at) => ({
        host: host(`lb${at + 1}`),
        answer: view && { held: view[0], macs: [[one, two][at]!], answers: view[1] },
      })),
      [],
    );

  test("has one holder, whom the others reach", () => {
    expect(objection([true, []], [false, [one!]])).toBeUndefined();
    expect(objection([true], [false])).toBeUndefined();
  });

  test.each<[string, readonly View[], RegExp]>([
    ["nobody", [[false], [false]], /^nobody holds/],
    ["two", [[true], [true]], /^lb1 and lb2 hold .* at the same time/],
    [
      "a stranger that answers",
      [
        [true, []],
        [false, ["02:00:00:00:00:99"]],
      ],
      /^a stranger \(02:00:00:00:00:99\) answers for 192\.0\.2\.9, and lb1 holds it/,
    ],
    [
      "one of the group that answers",
      [[true], [false, [one!, two!]]],
      /^lb2 \(02:00:00:00:00:02\) answers for .*, and lb1/,
    ],
    [
      "a holder that is not heard",
      [
        [true, []],
        [false, []],
      ],
      /^lb1 holds .*, and does not answer for it to lb2/,
    ],
    ["a host that is not reached", [[true], undefined], /^lb2 could not be asked/],
  ])("%s is an objection", (_, views, message) => {
    expect(objection(...views)).toMatch(message);
  });
});
