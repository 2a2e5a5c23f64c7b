import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatPlace, formatProblem } from "../../runner/errors.ts";
import { loadInventory } from "../../runner/inventory/load.ts";
import { explainHost, explainVar, hostJson } from "../../runner/inventory/show.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

const layered = {
  "hosts.yaml": `all:
  vars: { color: all }
  children:
    web:
      vars: { color: web }
      hosts:
        w1: { color: w1 }
`,
  "group_vars/all.yaml": "color: all file\n",
  "group_vars/web.json": '{\n\t"color": "web file"\n}\n',
  "host_vars/w1.yml": "color: w1 file\n",
};

test("a variable knows its winner and every loser with its position, the strongest first", async () => {
  const inventory = await loadWritten(layered, ["color=extra"]);
  const { value, origin, overridden } = inventory.hosts.get("w1")!.vars.get("color")!;

  expect(
    [{ value, origin }, ...overridden].map((one) => [one.value, one.origin.layer, formatPlace(one.origin.place)]),
  ).toEqual([
    ["extra", "extra vars", "-e:1:7"],
    ["w1 file", "host_vars/w1.yml", "host_vars/w1.yml:1:8"],
    ["w1", "host w1", "hosts.yaml:7:22"],
    ["web file", "group_vars/web.json", "group_vars/web.json:2:11"],
    ["all file", "group_vars/all.yaml", "group_vars/all.yaml:1:8"],
    ["web", "vars of group web", "hosts.yaml:5:22"],
    ["all", "vars of group all", "hosts.yaml:2:18"],
  ]);
});

test("explain prints them", async () => {
  const host = (await loadWritten(layered)).hosts.get("w1")!;

  expect(explainVar(host, "color").split("\n").slice(0, 2)).toEqual([
    'w1: color = "w1 file"  host_vars/w1.yml  (host_vars/w1.yml:1:8)',
    '  wins over "w1"  host w1  (hosts.yaml:7:22)',
  ]);
  expect(explainVar(host, "colour")).toBe('w1 has no variable "colour". Did you mean "color"?');
});

test("values that sound secret, or that a contract marks so, are not shown", async () => {
  const vars = "{ db_password: hunter2, users: [{ token: hunter2 }], pin: hunter2 }";
  const host = (await loadWritten({ "hosts.yaml": `all: { hosts: { a: ${vars} } }\n` })).hosts.get("a")!;
  const secrets = new Set(["pin"]);

  expect(hostJson(host, secrets)).toEqual({ db_password: "***", pin: "***", users: [{ token: "***" }] });
  expect(explainHost(host, secrets) + explainVar(host, "pin", secrets)).not.toContain("hunter2");
});

test("the groups of a host are told nearest first", async () => {
  const inventory = await loadWritten({
    "hosts.yaml": "a: { children: { b: { children: { c: { hosts: { h: } } } } } }\n",
  });
  expect(inventory.hosts.get("h")!.groups).toEqual(["c", "b", "a"]);
});

test("a list of hosts needs no file", async () => {
  const inventory = await loadInventory({ files: ["web[1:3],10.0.0.5,"], extraVars: [] });
  expect([...inventory.hosts.keys()]).toEqual(["web1", "web2", "web3", "10.0.0.5"]);
  expect(inventory.groups.get("ungrouped")!.hosts).toHaveLength(4);
});

describe("extra vars", () => {
  test.each<[string, string, unknown]>([
    ["a word", "x=1", "1"],
    ["several words in one, with quotes", "y=2 x='two words'", "two words"],
    ["a value with an equals sign", "x=a=b", "a=b"],
    ["an object", '{"x": [1, true]}', [1, true]],
  ])("%s", async (_, extra, expected) => {
    const inventory = await loadWritten({ "hosts.yaml": "all: { hosts: { a: { x: 0 } } }\n" }, [extra]);
    expect(inventory.hosts.get("a")!.vars.get("x")!.value).toEqual(expected);
    expect(inventory.vars.get("x")!.value).toEqual(expected);
  });

  test("a file, which may hold secrets", async () => {
    const files = { "hosts.yaml": "all: { hosts: { a: } }\n", "more.json": '{"x": {"y": 1}, "db_password": "p"}' };
    const inventory = await loadWritten(files, ["@more.json", "x=later"]);
    expect([inventory.vars.get("x")!.value, inventory.vars.get("db_password")!.value]).toEqual(["later", "p"]);
  });
});

describe("what is odd but harmless is a note", () => {
  test.each<[string, Record<string, string>, string]>([
    [
      "a byte order mark",
      { "hosts.yaml": "\uFEFFall: { hosts: { a: } }\n" },
      "error INV016: the file has a byte order mark at byte 0, which is ignored",
    ],
    [
      "mixed line ends",
      { "hosts.yaml": "all:\r\n  hosts:\n    a:\r\n" },
      "error INV016: the file has both CRLF and LF line ends",
    ],
    [
      "group_vars of a misspelt group",
      { "hosts.yaml": "webs: { hosts: { a: } }\n", "group_vars/wbes.yaml": "x: 1\n" },
      'error INV005: no group or host is called "wbes", so this is not read (did you mean "webs"?)',
    ],
  ])("%s", async (_, files, expected) => {
    const inventory = await loadWritten(files);
    expect(inventory.notes.map(formatProblem).join()).toContain(expected);
    expect([...inventory.hosts.keys()]).toEqual(["a"]);
  });

  test("group_vars of another inventory's groups is not even that", async () => {
    const files = {
      "hosts.yaml": "web1: { hosts: { a: } }\n",
      "group_vars/web2.yaml": "x: 1\n",
      "group_vars/staging.yaml": "x: 1\n",
    };
    expect((await loadWritten(files)).notes).toEqual([]);
  });
});

test("two sources of one group's variables are an error, because Ansible would read one of them only", async () => {
  const files = {
    "hosts.yaml": "web: { hosts: { a: } }\n",
    "group_vars/web.yaml": "x: 1\n",
    "group_vars/web/main.yaml": "x: 2\n",
  };
  expect((await caught(() => loadWritten(files)))[0]).toMatch(
    /^group_vars\/web(\.yaml)?: error INV004: the same variables can come from /,
  );
});

test("the same address is allowed twice when one name says that it is an alias", async () => {
  const hosts = "all: { hosts: { a: { ansible_host: 10.0.0.1 }, b: { ansible_host: 10.0.0.1, alias: true } } }\n";
  expect((await loadWritten({ "hosts.yaml": hosts })).hosts.size).toBe(2);
});

test("the same address behind different jump hosts, or another port, is another host", async () => {
  const hosts = `all:
  hosts:
    a: { ansible_host: 10.0.0.1 }
    b: { ansible_host: 10.0.0.1, proxy_jump: site-b }
    c: { ansible_host: 10.0.0.1, ansible_port: 2222 }
    d: { ansible_connection: local }
    e: { ansible_connection: local, ansible_host: d }
`;
  expect((await loadWritten({ "hosts.yaml": hosts })).hosts.size).toBe(5);
});

test("a chain of 20,000 groups is refused, and neither overflows the stack nor takes long", async () => {
  const groups = Array.from({ length: 20_000 }, (_, index) => `g${index}: { children: { g${index + 1}: } }`);
  const hosts = [...groups.reverse(), "g20000: { hosts: { a: } }", ""].join("\n");
  expect((await caught(() => loadWritten({ "hosts.yaml": hosts })))[0]).toMatch(
    /error INV017: group g\d+ is nested \d+ groups deep, beyond the limit depth = 64/,
  );
});

test("10,000 hosts load in less than 2 seconds of computing", { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "inventory-"));
  const host = (index: number) => `        host${index}:
          ansible_host: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}
          ansible_port: 22
          rack: r${index % 40}
          priority: ${index % 255}\n`;
  const lines = Array.from({ length: 10_000 }, (_, index) => host(index)).join("");
  writeFileSync(join(folder, "hosts.yaml"), `all:\n  vars: { a: 1 }\n  children:\n    web:\n      hosts:\n${lines}`);
  const before = process.cpuUsage();
  const inventory = await loadInventory({ files: [join(folder, "hosts.yaml")], extraVars: [] });
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1000;
  rmSync(folder, { recursive: true });

  expect(inventory.hosts.size).toBe(10_000);
  // Computing, not waiting: other work on the machine must not count. About 0.9 s; a shared core makes it dearer.
  expect(tookMs).toBeLessThan(4_000);
});
