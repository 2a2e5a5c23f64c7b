import { expect, test } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import { reveal, Secret, secret, secretHash } from "../../runner/define/secret.ts";
import type { Step } from "../../runner/define/step.ts";
import { group } from "../../runner/operations/group.ts";
import { user } from "../../runner/operations/user.ts";
import { type UserAccount, userAccount } from "../../runner/probes/user-account.ts";
import { changesOf } from "./take-steps.ts";

const commands = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === "run" ? commandText(step.command, () => "") : step.kind));

test.each([
  ["is there", { name: "etcd" }, { gid: 999, members: [] }, [], []],
  ["is missing", { name: "etcd" }, undefined, ["groupadd etcd"], ["group: absent -> present"]],
  [
    "is missing, with an id",
    { name: "etcd", gid: 70, system: true },
    undefined,
    ["groupadd --system --gid 70 etcd"],
    ["group: absent -> present", "gid: (absent) -> 70"],
  ],
  [
    "has another id",
    { name: "etcd", gid: 70 },
    { gid: 999, members: [] },
    ["groupmod --gid 70 etcd"],
    ["gid: 999 -> 70"],
  ],
  [
    "must go",
    { name: "etcd", state: "absent" as const },
    { gid: 999, members: [] },
    ["groupdel etcd"],
    ["group: gid 999 -> absent"],
  ],
  ["is gone", { name: "etcd", state: "absent" as const }, undefined, [], []],
])("a group that %s", (_, args, now, wanted, changes) => {
  const steps = group.plan({ args, current: { group: now } });

  expect(commands(steps)).toEqual(wanted);
  expect(changesOf(steps)).toEqual(changes);
});

const ann: UserAccount = { uid: 1000, group: "ann", groups: ["adm"], comment: "", home: "/home/ann", shell: "/bin/sh" };
const planUser = (args: object, account: UserAccount | undefined, password?: string) =>
  user.plan({ args: { name: "ann", ...args }, current: { account, password } });

test.each<[string, object, UserAccount | undefined, string[], string[]]>([
  ["is there", {}, ann, [], []],
  ["is missing", {}, undefined, ["useradd --create-home ann"], ["user: absent -> present"]],
  [
    "is missing, for a service",
    { system: true, shell: "/usr/sbin/nologin" },
    undefined,
    ["useradd --system --no-create-home --shell /usr/sbin/nologin ann"],
    ["user: absent -> present", "shell: (absent) -> /usr/sbin/nologin"],
  ],
  [
    "has another shell and id",
    { uid: 5, shell: "/bin/bash" },
    ann,
    ["usermod --uid 5 --shell /bin/bash ann"],
    ["uid: 1000 -> 5", "shell: /bin/sh -> /bin/bash"],
  ],
  [
    "lacks a group and has one too many",
    { groups: ["sudo"] },
    ann,
    ["usermod --groups sudo ann"],
    ["groups: adm -> sudo"],
  ],
  [
    "lacks a group and keeps others",
    { groups: ["sudo"], keepOtherGroups: true },
    ann,
    ["usermod --groups adm,sudo ann"],
    ["groups: adm -> adm,sudo"],
  ],
  [
    "keeps others and lacks none",
    { groups: ["adm"], keepOtherGroups: true },
    { ...ann, groups: ["adm", "sudo"] },
    [],
    [],
  ],
  ["must leave all groups", { groups: [] }, ann, ["usermod --groups '' ann"], ["groups: adm -> (none)"]],
  ["must go", { state: "absent" }, ann, ["userdel ann"], ["user: uid 1000 -> absent"]],
  [
    "must go with its home",
    { state: "absent", removeHome: true },
    ann,
    ["userdel --remove ann"],
    ["user: uid 1000 -> absent", "home: /home/ann -> absent"],
  ],
  ["is gone", { state: "absent" }, undefined, [], []],
])("a user that %s", (_, args, account, wanted, changes) => {
  const steps = planUser(args, account);

  expect(commands(steps)).toEqual(wanted);
  expect(changesOf(steps)).toEqual(changes);
});

test("after its steps nothing more is wanted of a user, as the plan foretells", () => {
  const args = { uid: 7, groups: ["b", "a"], shell: "/bin/bash", comment: "Ann" };
  for (const before of [undefined, ann]) {
    const effect = planUser(args, before)
      .flatMap((step) => step.effects)
      .find(({ probe }) => probe.key === userAccount("ann").key);

    expect(planUser(args, effect?.answer(before) as UserAccount)).toEqual([]);
  }
});

test("a password hash travels by standard input and shows nowhere", () => {
  const [step] = planUser({ passwordHash: "$6$salt$hash" }, ann, "0".repeat(64));

  expect(step).toMatchObject({ kind: "run", stdin: expect.any(Secret) });
  expect(step?.kind === "run" && step.stdin instanceof Secret && reveal(step.stdin)).toBe("ann:$6$salt$hash\n");
  expect(JSON.stringify(step)).not.toContain("$6$salt");
  expect(changesOf([step!])).toEqual(["password: (another) -> ***"]);
  expect(planUser({ passwordHash: "$6$salt$hash" }, ann, secretHash(secret("$6$salt$hash")))).toEqual([]);
});

test.each([
  [{ name: "-x" }],
  [{ name: "a b" }],
  [{ name: "0" }],
  [{ name: "ann", comment: "a:b" }],
  [{ name: "ann", passwordHash: "a\nroot:x" }],
  [{ name: "ann", home: "../x" }],
])("%j is an error of the role", (args) => {
  expect(() => user(args)).toThrow(/error (VAR005|PLY010): operation user: home|error VAR005/);
});
