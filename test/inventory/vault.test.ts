import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inventoryHash } from "../../runner/cli/saved-plan.ts";
import { defineInventory } from "../../runner/define/inventory.ts";
import { reveal, type Secret, secret, secretText } from "../../runner/define/secret.ts";
import { bindContract } from "../../runner/inventory/contract.ts";
import { explainHost, explainVar, inventoryJson } from "../../runner/inventory/show.ts";
import { targetOf } from "../../runner/inventory/target.ts";
import { encrypt } from "../../runner/vault/cipher.ts";
import type { VaultKey, VaultKeys } from "../../runner/vault/keyring.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "../vault/fixtures", name), "utf8");
const first: VaultKey = { label: "default", password: secret("first password") };
const prod: VaultKey = { label: "prod", password: secret("second password") };
const both: VaultKeys = () => Promise.resolve([first, prod]);
const only =
  (key: VaultKey): VaultKeys =>
  () =>
    Promise.resolve([key]);

const hosts = "all: { hosts: { one: { ansible_connection: local } } }\n";
/** Two values by themselves, and a file as a whole. */
const files = {
  "hosts.yaml": hosts,
  "group_vars/all/inline.yaml": fixture("inline.yaml"),
  "host_vars/one.yaml": fixture("format-1.2.yaml").trimEnd(),
};
const contract = defineInventory({
  groups: { all: z.object({ db_password: secretText(), api_token: secretText(), pin: secretText() }) },
  vars: z.object({}),
});
const text = (hidden: Secret | undefined): string => (hidden ? reveal(hidden) : "");

describe("what is encrypted", () => {
  test("reaches the playbook as secrets: values by themselves, and all of a file", async () => {
    const bound = bindContract(await loadWritten(files, [], both), contract);
    const [one] = bound.groups.all.hosts;
    expect(text(one?.db_password)).toBe("grün & blau");
    expect(text(one?.api_token)).toBe("inline of prod");
    expect(text(one?.pin)).toBe("15432");
  });

  test("is never shown", async () => {
    const inventory = await loadWritten(files, [], both);
    const one = inventory.hosts.get("one")!;
    const shown = [
      JSON.stringify(inventoryJson(inventory)),
      explainHost(one),
      explainVar(one, "pin"),
      inspect(inventory, { depth: 20 }),
    ].join("\n");
    for (const hidden of ["grün", "inline of", "15432"]) expect(shown).not.toContain(hidden);
    expect(inventoryJson(inventory)).toMatchObject({ _meta: { hostvars: { one: { pin: "***" } } } });
    expect(inventory.secrets.map(text).sort()).toEqual(
      ["15432", "grün & blau", "inline of prod", "inline of the first"].sort(),
    );
  });

  test("logs in", async () => {
    const password = await encrypt("login & sudo", first.password, undefined);
    const value = `!vault |\n${password.replace(/^/gm, "          ").trimEnd()}`;
    const inventory = await loadWritten(
      { "hosts.yaml": `all:\n  hosts:\n    one:\n      ansible_password: ${value}\n      ansible_become: true\n` },
      [],
      both,
    );
    expect(targetOf(inventory.hosts.get("one")!, inventory).password?.()).toBe("login & sudo");
  });

  test("is another inventory when it is another secret", async () => {
    const hashOf = async (plain: string) =>
      inventoryHash(
        await loadWritten(
          { "hosts.yaml": hosts, "group_vars/all.yaml": await encrypt(plain, first.password, undefined) },
          [],
          both,
        ),
      );
    expect(await hashOf("a: one\n")).toBe(await hashOf("a: one\n"));
    expect(await hashOf("a: one\n")).not.toBe(await hashOf("a: two\n"));
  });

  test("stays closed for those who show values and have no password", async () => {
    const inventory = await loadWritten(files, [], "leave");
    expect(explainVar(inventory.hosts.get("one")!, "api_token")).toContain('api_token = "***"');
    expect(inventory.notes).toMatchObject([{ code: "VLT001", place: { file: "host_vars/one.yaml" } }]);
  });

  test("may be the inventory itself: how hosts are reached is shown, everything else is a secret", async () => {
    const plain = `
all:
  children:
    web:
      vars: { db_password: grün & blau, ansible_user: admin, ansible_become_password: of sudo }
      hosts: { web1: , web2: , db: { ansible_host: 10.0.0.7, ansible_port: 2222, api_token: words } }
`;
    const written = { "hosts.yaml": await encrypt(plain, prod.password, "prod") };
    const inventory = await loadWritten(written, [], both);
    const db = inventory.hosts.get("db")!;
    expect([...inventory.hosts.keys()]).toEqual(["web1", "web2", "db"]);
    expect(targetOf(db, inventory)).toMatchObject({ address: "10.0.0.7", port: 2222, user: "admin" });
    expect(inventory.secrets.map(text).sort()).toEqual(["grün & blau", "of sudo", "words"]);

    const asked = "hosts.yaml: error VLT001: this is encrypted with the vault id prod, and no vault password is given";
    for (const keys of ["leave", () => Promise.resolve([])] as const)
      expect((await caught(() => loadWritten(written, [], keys)))[0]).toBe(`${asked}. Fix: --vault-id prod@<file>.`);
    const twice = { "hosts.yaml": await encrypt(written["hosts.yaml"], prod.password, "prod") };
    expect((await caught(() => loadWritten(twice, [], both)))[0]).toContain("INV018: it is encrypted twice");
  });

  test("in such an inventory, the parts of a variable are secrets whatever they are called", async () => {
    const plain = `
all:
  hosts:
    one: { ansible_connection: local, db: { connection: "postgres://app:S3cretPw@db/app", user: S3cretUser } }
  vars: { smtp: { host: S3cretHost, port: 4711 }, hosts: { two: { user: S3cretTwo } }, list: [{ user: S3cretItem }] }
  children:
    vars: { hosts: { one: { user: admin, more: { proxy_jump: S3cretJump } } }, vars: { <<: { port: 2222 } } }
`;
    const inventory = await loadWritten({ "hosts.yaml": await encrypt(plain, first.password, undefined) }, [], both);
    const one = inventory.hosts.get("one")!;
    expect(JSON.stringify(inventoryJson(inventory)) + explainHost(one)).not.toMatch(/S3cret|4711/);
    expect(inventory.secrets).toHaveLength(7);
    expect(targetOf(one, inventory)).toMatchObject({ connection: "local", user: "admin", port: 2222 });
  });

  test("asks for its passwords once, and only when something is encrypted", async () => {
    let asked = 0;
    const keys: VaultKeys = async () => {
      asked++;
      return [first, prod];
    };
    await loadWritten({ "hosts.yaml": hosts }, [], keys);
    expect(asked).toBe(0);
  });
});

const problems = (given: Readonly<Record<string, string>>, keys: VaultKeys, extraVars: readonly string[] = []) =>
  caught(() => loadWritten(given, extraVars, keys));

describe("what is wrong is told with its place", () => {
  test("no password", async () => {
    expect(await problems(files, () => Promise.resolve([]))).toEqual([
      "host_vars/one.yaml: error VLT001: this is encrypted with the vault id prod, and no vault password is given. Fix: --vault-id prod@<file>.",
      "group_vars/all/inline.yaml:1:21: error VLT001: this is encrypted, and no vault password is given. Fix: --vault-password-file <file>, or -J.",
      "group_vars/all/inline.yaml:8:19: error VLT001: this is encrypted with the vault id prod, and no vault password is given. Fix: --vault-id prod@<file>.",
    ]);
  });

  test("a wrong password, and one of another label", async () => {
    const wrong = { label: "prod", password: secret("nonsense") };
    expect(
      await problems({ "hosts.yaml": hosts, "group_vars/all.yaml": fixture("format-1.2.yaml") }, only(wrong)),
    ).toEqual([
      "group_vars/all.yaml: error VLT002: this is encrypted with the vault id prod, and the password of prod does not open it: another password, or it was changed. Fix: give the password that it was encrypted with.",
    ]);
    expect(await problems({ "hosts.yaml": hosts, "group_vars/all.yaml": fixture("inline.yaml") }, only(first))).toEqual(
      [
        "group_vars/all.yaml:8:19: error VLT002: this is encrypted with the vault id prod, and the password does not open it: another password, or it was changed. Fix: give its password: --vault-id prod@<file>.",
      ],
    );
  });

  test("damage, whether or not there is a password", async () => {
    const [header = "", ...rest] = fixture("format-1.1.yaml").split("\n");
    const cut = [header, ...rest.slice(0, 2)].join("\n");
    expect(await problems({ "hosts.yaml": hosts, "group_vars/all.yaml": cut }, () => Promise.resolve([]))).toEqual([
      "group_vars/all.yaml:3: error VLT003: the encrypted text is cut off here. Fix: put it back from a backup, or encrypt it anew: ts-play vault encrypt.",
    ]);
    expect(await problems({ "hosts.yaml": "all: { vars: { a: !vault nonsense }, hosts: { one: } }\n" }, both)).toEqual([
      "hosts.yaml:1:26: error VLT003: the first line is not that of an encrypted text. Fix: put it back from a backup, or encrypt it anew: ts-play vault encrypt.",
    ]);
  });

  test("a secret where a plain value is wanted", async () => {
    const plain = defineInventory({
      groups: { all: z.object({ pin: z.int(), db_password: z.string() }) },
      vars: z.object({}),
    });
    const inventory = await loadWritten(files, [], both);
    expect(await caught(() => bindContract(inventory, plain))).toEqual([
      'host_vars/one.yaml:1:14: error VLT006: "db_password" comes from a vault, and the playbook takes it as a plain value that may be shown (host one). Fix: take it as secretText() in the contract, or keep it in a plain file.',
      'host_vars/one.yaml:2:6: error VLT006: "pin" comes from a vault, and the playbook takes it as a plain value that may be shown (host one). Fix: take it as secretText() in the contract, or keep it in a plain file.',
    ]);
  });

  test("a secret that says how a host is reached", async () => {
    const vars = await encrypt("ansible_user: admin\nansible_password: fine\n", first.password, undefined);
    expect(await problems({ "hosts.yaml": hosts, "group_vars/all.yaml": vars }, both)).toEqual([
      "group_vars/all.yaml:1:15: error VLT006: ansible_user comes from a vault, but how a host is reached is shown everywhere. Fix: keep only its passwords in the vault.",
    ]);
  });

  test("an error inside an encrypted file, without its values", async () => {
    const vars = await encrypt('a: !hunter2hunter2 x\nb: "unfinished\n', first.password, undefined);
    const told = (await problems({ "hosts.yaml": hosts, "group_vars/all.yaml": vars }, both)).join("\n");
    expect(told).toMatch(/group_vars\/all.yaml:1:\d+: error INV018: this tag/);
    expect(told).toMatch(/group_vars\/all.yaml:\d:\d+: error INV023/);
    expect(told).not.toMatch(/hunter2|unfinished/);
  });

  test("the same variable encrypted twice in one file", async () => {
    const value = fixture("inline.yaml")
      .split("\n")
      .slice(1, 7)
      .map((line) => line.trim())
      .join("\\n");
    const twice = `a:\n  hosts:\n    one: { x: !vault "${value}" }\nb:\n  hosts:\n    one: { x: !vault "${value}" }\n`;
    expect((await problems({ "hosts.yaml": twice }, both)).join("\n")).toMatch(/hosts.yaml:6:\d+: error INV004: "x"/);
  });
});

test("extra vars may be an encrypted file", async () => {
  const inventory = await loadWritten(
    { "hosts.yaml": hosts, "secrets.yaml": fixture("format-1.1.yaml") },
    ["@secrets.yaml"],
    both,
  );
  expect(inventory.hosts.get("one")?.vars.get("db_password")?.value).toSatisfy(
    (value) => reveal(value as Secret) === "grün & blau",
  );
});
