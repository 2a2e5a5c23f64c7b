import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadInventory } from "../../runner/inventory/load.ts";
import { cpuTimer } from "../cpu-time.ts";
import { caught } from "./caught.ts";

const before = process.cwd();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inventory-"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

const problemsOf = async (content: string | Buffer, extraVars: readonly string[] = []): Promise<string[]> => {
  write("hosts.yaml", content);
  return caught(() => loadInventory({ files: ["hosts.yaml"], extraVars }));
};

const host = (lines: string): string => `all:\n  hosts:\n    web1:\n${lines.replace(/^/gm, "      ")}\n`;

const legalName = "Fix: use letters, digits, '.', '_' and '-', beginning with a letter or digit.";
const anyPort = "Fix: write a number such as 22.";

describe("every kind of bad inventory has its own error, with its position", () => {
  test.each<[string, string | Buffer, string]>([
    [
      "nothing in the file",
      "",
      "hosts.yaml: error INV002: no hosts are defined. Fix: write hosts as keys under `all: hosts:`, or give -i.",
    ],
    [
      "only comments",
      "# later\n",
      "hosts.yaml: error INV002: no hosts are defined. Fix: write hosts as keys under `all: hosts:`, or give -i.",
    ],
    [
      "a tab",
      "all:\n  hosts:\n  \tweb1:\n",
      "hosts.yaml:3:3: error INV003: a tab is not allowed as indentation. Fix: indent with spaces.",
    ],
    [
      "a key twice",
      "all:\n  hosts:\n    web1:\n    web1:\n",
      'hosts.yaml:4:5: error INV004: the key "web1" was already given at line 3, column 5. Fix: keep one of them.',
    ],
    [
      "a host twice with different values",
      "a:\n  hosts:\n    web1: {x: 1}\nb:\n  hosts:\n    web1: {x: 2}\n",
      'hosts.yaml:6:12: error INV004: "x" (host web1) has another value at line 3, column 12. Fix: keep one of them.',
    ],
    [
      "a group cycle",
      "a:\n  children:\n    b:\n      children:\n        a:\n  hosts: {h: }\n",
      "hosts.yaml:1:1: error INV006: groups contain each other: a -> b -> a. Fix: take one of these out of `children:`.",
    ],
    [
      "a space in a host name",
      'all:\n  hosts:\n    "web 1":\n',
      `hosts.yaml:3:5: error INV007: the host name "web 1" has " " as character 4. ${legalName}`,
    ],
    [
      "a newline in a host name",
      'all:\n  hosts:\n    "web\\n1":\n',
      `hosts.yaml:3:5: error INV007: the host name "web\\n1" has "\\n" as character 4. ${legalName}`,
    ],
    [
      "a semicolon in a host name",
      'all:\n  hosts:\n    "web;1":\n',
      `hosts.yaml:3:5: error INV007: the host name "web;1" has ";" as character 4. ${legalName}`,
    ],
    [
      "a command substitution as host name",
      'all:\n  hosts:\n    "$(id)":\n',
      `hosts.yaml:3:5: error INV007: the host name "$(id)" has "$" as character 1. ${legalName}`,
    ],
    [
      "a host name like a flag",
      "all:\n  hosts:\n    -web:\n",
      `hosts.yaml:3:5: error INV007: the host name "-web" has "-" as character 1. ${legalName}`,
    ],
    [
      "a percent sign in a host name",
      "all:\n  hosts:\n    web%1:\n",
      `hosts.yaml:3:5: error INV007: the host name "web%1" has "%" as character 4. ${legalName}`,
    ],
    [
      "a space in a group name",
      '"we b":\n  hosts: {h: }\n',
      `hosts.yaml:1:1: error INV007: the group name "we b" has " " as character 3. ${legalName}`,
    ],
    [
      "a number above 255 in an address",
      host("ansible_host: 10.0.0.256"),
      'hosts.yaml:4:21: error INV008: ansible_host: "10.0.0.256" is not an IPv4 address. Fix: write four numbers from 0 to 255, such as 10.0.0.5.',
    ],
    [
      "a leading zero in an address",
      host("ansible_host: 010.1.1.1"),
      'hosts.yaml:4:21: error INV008: ansible_host: "010.1.1.1" is ambiguous: a leading zero means octal to some programs. Fix: write the address without leading zeros.',
    ],
    [
      "an IPv6 address that is none",
      host('ansible_host: "2001:db8::g"'),
      'hosts.yaml:4:21: error INV008: ansible_host: "2001:db8::g" is not an IPv6 address. Fix: write an address such as 2001:db8::10, with the port in ansible_port.',
    ],
    [
      "an address with a port",
      host('ansible_host: "[2001:db8::1]:22"'),
      'hosts.yaml:4:21: error INV008: ansible_host: "[2001:db8::1]:22" is an address and a port in one. Fix: put the port into ansible_port.',
    ],
    [
      "an address like a flag",
      host("ansible_host: -oProxyCommand=x"),
      'hosts.yaml:4:21: error INV008: ansible_host: "-oProxyCommand=x" is not a host name or address. Fix: write a DNS name or an IP address.',
    ],
    [
      "port 0",
      host("ansible_port: 0"),
      `hosts.yaml:4:21: error INV009: ansible_port: a port must be an integer from 1 to 65535 (got 0). ${anyPort}`,
    ],
    [
      "port 65536",
      host("port: 65536"),
      `hosts.yaml:4:13: error INV009: port: a port must be an integer from 1 to 65535 (got 65536). ${anyPort}`,
    ],
    [
      "a port with a letter",
      host("ansible_port: 22a"),
      `hosts.yaml:4:21: error INV009: ansible_port: a port must be an integer from 1 to 65535 (got "22a"). ${anyPort}`,
    ],
    [
      "half a port",
      host("ansible_port: 22.5"),
      `hosts.yaml:4:21: error INV009: ansible_port: a port must be an integer from 1 to 65535 (got 22.5). ${anyPort}`,
    ],
    [
      "no user",
      host("ansible_user: ''"),
      "hosts.yaml:4:21: error INV010: ansible_user: the value is empty. Fix: write a value or leave the variable out.",
    ],
    [
      "a user like a flag",
      host("ansible_user: -oProxyCommand=x"),
      "hosts.yaml:4:21: error INV010: ansible_user: \"-oProxyCommand=x\" is not a user name. Fix: use letters, digits, '.', '_' and '-', beginning with a letter or digit.",
    ],
    [
      "a control byte in a user",
      host('user: "a\\u0001"'),
      "hosts.yaml:4:13: error INV010: user: \"a\\u0001\" is not a user name. Fix: use letters, digits, '.', '_' and '-', beginning with a letter or digit.",
    ],
    [
      "a range with ends of different width",
      "all:\n  hosts:\n    web[01:3]:\n",
      'hosts.yaml:3:5: error INV011: in "web[01:3]" [01:3] has ends of different width. Fix: write the end as 03.',
    ],
    [
      "a range that runs backwards",
      "all:\n  hosts:\n    web[9:1]:\n",
      'hosts.yaml:3:5: error INV011: in "web[9:1]" [9:1] runs backwards. Fix: write [1:9].',
    ],
    [
      "a range without end",
      "all:\n  hosts:\n    web[1:999999999]:\n",
      'hosts.yaml:3:5: error INV011: in "web[1:999999999]" the range gives 999999999 hosts, more than the limit hosts = 100000. Fix: make the range smaller.',
    ],
    [
      "two names for one host",
      "all:\n  hosts:\n    a: {ansible_host: 10.0.0.1}\n    b: {ansible_host: 10.0.0.1, ansible_port: 22}\n",
      "hosts.yaml:4:5: error INV012: a (hosts.yaml:3:5) and b are the same host 10.0.0.1, port 22. Fix: correct one address, or set `alias: true` on b if both names are meant.",
    ],
    [
      "a byte that is not UTF-8",
      Buffer.from("all:\n  hosts:\n    w\xff:\n", "latin1"),
      "hosts.yaml: error INV016: the file has a byte that is not UTF-8 at byte 19. Fix: save it as UTF-8 text without a byte order mark and with LF line ends.",
    ],
    [
      "a NUL byte",
      "all:\n  hosts:\n    w\0:\n",
      "hosts.yaml: error INV016: the file has a NUL byte at byte 19. Fix: save it as UTF-8 text without a byte order mark and with LF line ends.",
    ],
    [
      "10,000 nested lists",
      `all: ${"[".repeat(10_000)}`,
      "hosts.yaml:1:1: error INV017: the file is beyond the limit depth = 64. Fix: nest less deeply.",
    ],
    [
      "5,000 nested dashes",
      "- ".repeat(5_000),
      "hosts.yaml:1:1: error INV017: the file is beyond the limit depth = 64. Fix: nest less deeply.",
    ],
    [
      "an alias bomb",
      bomb(),
      "hosts.yaml:1:1: error INV017: the file is beyond the limit values = 1000000. Fix: write fewer aliases, or split the file.",
    ],
    [
      "more hosts than anyone has",
      "all:\n  hosts:\n    a[1:60000]:\n    b[1:60000]:\n",
      "hosts.yaml:4:5: error INV017: the inventory is beyond the limit hosts = 100000. Fix: split it into inventories that are run one after another.",
    ],
    [
      "a vaulted value",
      host("x: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162"),
      "hosts.yaml:4:17: error VLT003: the encrypted text is cut off here. Fix: put it back from a backup, or encrypt it anew: ts-play vault encrypt.",
    ],
    [
      "a vaulted file",
      "$ANSIBLE_VAULT;1.1;AES256\n3132\n",
      "hosts.yaml:2: error VLT003: the encrypted text is cut off here. Fix: put it back from a backup, or encrypt it anew: ts-play vault encrypt.",
    ],
    [
      "a tag that makes a function",
      host("x: !!js/function 'x'"),
      "hosts.yaml:4:10: error INV018: the tag !!js/function is not supported. Fix: write a plain value, in quotes if it begins with !.",
    ],
    [
      "a tag that runs a program",
      host("x: !!python/object/apply:os.system [id]"),
      "hosts.yaml:4:10: error INV018: the tag !!python/object/apply:os.system is not supported. Fix: write a plain value, in quotes if it begins with !.",
    ],
    [
      "a key that changes prototypes",
      host("__proto__: {a: 1}"),
      'hosts.yaml:4:7: error INV019: the key "__proto__" is reserved. Fix: choose another name.',
    ],
    [
      "an inner key that changes prototypes",
      host("x: {constructor: 1}"),
      'hosts.yaml:4:11: error INV019: the key "constructor" is reserved. Fix: choose another name.',
    ],
    [
      "a misspelt section",
      "all:\n  hots:\n    web1:\n",
      'hosts.yaml:2:3: error INV020: unknown key "hots" in group all (did you mean "hosts"?). Fix: write "hosts".',
    ],
    [
      "a group without children:",
      "all:\n  web:\n    hosts: {w1: }\n",
      'hosts.yaml:2:3: error INV020: unknown key "web" in group all. Fix: a group has hosts, children and vars; put groups under `children:` and variables under `vars:`.',
    ],
    [
      "a misspelt connection variable",
      host("ansible_hots: 10.0.0.1"),
      'hosts.yaml:4:7: error INV020: unknown variable "ansible_hots" (did you mean "ansible_host"?). Fix: write "ansible_host".',
    ],
    [
      "a plugin",
      "plugin: aws_ec2\n",
      "hosts.yaml:1:9: error INV020: inventory plugins are not supported. Fix: save the output of `ansible-inventory -i FILE --list --yaml` and use that.",
    ],
    [
      "a host as its own jump host",
      host("ansible_ssh_common_args: -J root@web1"),
      "hosts.yaml:4:32: error INV021: web1 is its own jump host. Fix: name another host, or leave the jump host out.",
    ],
    [
      "Jinja",
      host("x: [1, {a: '{{ y }}.example.org'}]"),
      'hosts.yaml:4:18: error INV022: the value of "x" is a Jinja template, and values are never evaluated. Fix: write the value itself, or compute it in the playbook, as in (host) => host.name + ".example.org".',
    ],
    [
      "a bracket left open",
      "all: [\n",
      "hosts.yaml:2:1: error INV023: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. Fix: mend the syntax at this position.",
    ],
    [
      "two documents",
      "all:\n  hosts: {a: }\n---\nb:\n",
      "hosts.yaml:3:1: error INV023: the file holds more than one YAML document. Fix: keep one, without `---` between.",
    ],
    [
      "an alias without a value",
      host("x: *nope"),
      'hosts.yaml:4:10: error INV023: the alias "*nope" stands before the end of the value it repeats. Fix: define it above, or write the value in quotes.',
    ],
    [
      "an INI file",
      "[web]\nweb1\n",
      "hosts.yaml: error INV023: only YAML and JSON inventories are read. Fix: convert it: ansible-inventory -i hosts.yaml --list --yaml > new-hosts.yaml.",
    ],
    [
      "arguments for ssh",
      host("ansible_ssh_common_args: -o StrictHostKeyChecking=no"),
      'hosts.yaml:4:32: error INV024: ansible_ssh_common_args: of ssh\'s arguments only ProxyJump is understood, not "-o StrictHostKeyChecking=no". Fix: leave it out: host keys are always checked; add them to known_hosts.',
    ],
    [
      "a connection of another kind",
      host("ansible_connection: winrm"),
      'hosts.yaml:4:27: error INV024: ansible_connection: the connection "winrm" is not supported. Fix: use ssh or local.',
    ],
    [
      "a become method of another kind",
      host("become_method: doas"),
      'hosts.yaml:4:22: error INV024: become_method: the become method "doas" is not supported. Fix: use sudo or su.',
    ],
    [
      "a list of hosts",
      "all:\n  hosts:\n    - web1\n",
      "hosts.yaml:3:5: error INV025: `hosts` must be a mapping, not a list. Fix: write each name as a key of its own, `name:` without a dash.",
    ],
    [
      "no mapping at all",
      "hello\n",
      "hosts.yaml:1:1: error INV025: an inventory is a mapping of groups, not a string. Fix: write `all:` and under it `hosts:`, `children:` or `vars:`; convert an INI file with `ansible-inventory -i FILE --list --yaml`.",
    ],
    [
      "a boolean that is none",
      host("ansible_become: maybe"),
      "hosts.yaml:4:23: error VAR002: ansible_become: expected true or false, got a string. Fix: write true or false.",
    ],
    [
      "a 20-digit integer",
      host("id: 12345678901234567890"),
      "hosts.yaml:4:11: error VAR004: an integer of this size loses digits as a number. Fix: write it in quotes.",
    ],
  ])("%s", async (_, content, expected) => {
    expect(await problemsOf(content)).toEqual([expected]);
  });

  test.each<[string, string, string]>([
    [
      "a file that is missing",
      "missing.yaml",
      "missing.yaml: error INV001: cannot read this file: ENOENT (no such file). Fix: check the path and that you may read it.",
    ],
    [
      "a directory",
      "folder",
      "folder: error INV001: cannot read this file: EISDIR (it is a directory). Fix: check the path and that you may read it.",
    ],
    [
      "a device",
      "/dev/null",
      "/dev/null: error INV001: cannot read this file: EINVAL (it is not a file). Fix: check the path and that you may read it.",
    ],
    [
      "a bad name in a list of hosts",
      "web1,-x,",
      `-i "web1,-x,": error INV007: the host name "-x" has "-" as character 1. ${legalName}`,
    ],
  ])("-i with %s", async (_, file, expected) => {
    mkdirSync("folder", { recursive: true });
    expect(await caught(() => loadInventory({ files: [file], extraVars: [] }))).toEqual([expected]);
  });

  test("a file of 50 MB is refused without being read", async () => {
    const taken = cpuTimer();
    const problems = await problemsOf(Buffer.alloc(50 * 1024 * 1024, "# "));
    expect(problems).toEqual([
      "hosts.yaml: error INV017: the file is larger than the limit fileBytes = 8388608. Fix: split it into several files, each given with its own -i.",
    ]);
    expect(taken()).toBeLessThan(1000);
  });

  test("all problems of all files are told at once, at most 20 of one file", async () => {
    write(
      "hosts.yaml",
      `all:\n  hosts:\n${Array.from({ length: 25 }, (_, index) => `    "h ${index}":\n`).join("")}    ok:\n`,
    );
    write("group_vars/all.yaml", "a: '{{ b }}'\nport: 0\n");
    const problems = await caught(() => loadInventory({ files: ["hosts.yaml"], extraVars: ["nonsense"] }));
    rmSync("group_vars", { recursive: true });

    expect(problems.filter((line) => line.includes("INV007"))).toHaveLength(20);
    expect(problems).toContain("hosts.yaml: error INV026: 5 more problems here are not shown.");
    expect(problems.filter((line) => line.startsWith("group_vars/all.yaml:"))).toHaveLength(2);
    expect(problems.at(-1)).toMatch(/^-e:1:1: error CLI007/);
  });

  test("four deeply nested files after each other do not end the process", async () => {
    for (const depth of [500, 2_000, 10_000, 20_000]) {
      expect((await problemsOf("[".repeat(depth)))[0]).toContain("INV017");
    }
  });
});

describe("extra vars", () => {
  test.each<[string, string, string]>([
    [
      "a key without value",
      "key",
      "-e:1:1: error CLI007: extra vars need the form key=value. Fix: write key=value, with quotes around a value with spaces.",
    ],
    [
      "a value with spaces and no quotes",
      "a=1 b",
      "-e:1:5: error CLI007: extra vars need the form key=value. Fix: write key=value, with quotes around a value with spaces.",
    ],
    [
      "an object that is not closed",
      '{"a": ',
      "-e:1:7: error CLI007: not valid YAML: Flow map must end with a }. Fix: mend the syntax at this position.",
    ],
    [
      "a file that is missing",
      "@none.json",
      "none.json: error CLI007: cannot read this file: ENOENT (no such file). Fix: check the path and that you may read it.",
    ],
    [
      "a file of bad JSON",
      "@bad.json",
      "bad.json:2:1: error CLI007: not valid YAML: Flow map must end with a }. Fix: mend the syntax at this position.",
    ],
    [
      "a file of a list",
      "@list.json",
      'list.json:1:1: error CLI007: extra vars are a mapping, not a list. Fix: write key=value or {"key": "value"}.',
    ],
    [
      "a password",
      "ansible_password=hunter2",
      '-e:1:1: error CLI008: "ansible_password" is a secret, and everyone on this machine can read a command line. Fix: put it into a file with mode 0600 and give -e @file, or let ts-play ask for it.',
    ],
    [
      "a token in an object",
      '{"api_token": "hunter2"}',
      '-e:1:2: error CLI008: "api_token" is a secret, and everyone on this machine can read a command line. Fix: put it into a file with mode 0600 and give -e @file, or let ts-play ask for it.',
    ],
    [
      "a bad port",
      "ansible_port=x",
      `-e:1:14: error INV009: ansible_port: a port must be an integer from 1 to 65535 (got "x"). ${anyPort}`,
    ],
  ])("%s", async (_, extra, expected) => {
    write("bad.json", '{"a": 1,\n');
    write("list.json", "[1]\n");
    expect(await problemsOf(host("x: 1"), [extra])).toEqual([expected]);
  });

  test("never echo a value that may be secret", async () => {
    const files = [
      "password: !hunter2",
      "password: *hunter2",
      "password: |hunter2\n  b",
      "password: [b] ]hunter2",
      "password: hunter2: x\n",
      "db_password: [hunter2\n",
      "token: 'hunter2\n",
      'secret: "hunter2" hunter2\n',
      "become_password: {a: hunter2}\n",
      "password: '{{ hunter2 }}'\n",
    ];
    for (const file of files) expect((await problemsOf(host(file.trimEnd()))).join("\n")).not.toContain("hunter2");
  });
});

/** Ten levels of nine aliases each: 9^10 values when written out. */
function bomb(): string {
  const names = [..."abcdefghijk"];
  const lines = names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(", ")}]`);
  return ["a: &a [x, x, x, x, x, x, x, x, x]", ...lines].join("\n");
}
