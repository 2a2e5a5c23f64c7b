import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineInventory } from "../../runner/define/inventory.ts";
import { reveal, secretText } from "../../runner/define/secret.ts";
import { bindContract } from "../../runner/inventory/contract.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

const contract = defineInventory({
  groups: {
    loadbalancers: z.object({ priority: z.int().min(1).max(254), interface: z.string().optional() }),
    spare: z.object({}).meta({ optional: true }),
  },
  vars: z.object({
    virtual_ip: z.ipv4().describe("the address that floats between the hosts"),
    router_id: z.int().default(51),
  }),
});

const good = `all:
  vars:
    virtual_ip: 10.0.0.10
    unrelated: { anything: goes }
  children:
    loadbalancers:
      hosts:
        lb1: { ansible_host: 10.0.0.11, priority: 120 }
        lb2: { priority: 110, interface: eth1 }
`;

const problemsOf = async (hosts: string, extraVars: readonly string[] = []): Promise<string[]> => {
  const inventory = await loadWritten({ "hosts.yaml": hosts }, extraVars);
  return caught(() => bindContract(inventory, contract));
};

describe("a good inventory", () => {
  test("becomes typed groups and vars", async () => {
    const bound = bindContract(await loadWritten({ "hosts.yaml": good }), contract);

    expect(bound.vars).toEqual({ virtual_ip: "10.0.0.10", router_id: 51 });
    expect(bound.groups.loadbalancers.hosts).toEqual([
      { name: "lb1", address: "10.0.0.11", priority: 120 },
      { name: "lb2", address: "lb2", priority: 110, interface: "eth1" },
    ]);
    expectTypeOf(bound.groups.loadbalancers.hosts[0]!.priority).toEqualTypeOf<number>();
    expectTypeOf(bound.vars.virtual_ip).toEqualTypeOf<string>();
  });

  test("gives an empty group for an optional one that the file lacks", async () => {
    const bound = bindContract(await loadWritten({ "hosts.yaml": good }), contract);
    expect([bound.groups.spare.name, bound.groups.spare.size]).toEqual(["spare", 0]);
  });

  test("is frozen through and through", async () => {
    const deep = defineInventory({
      groups: { web: z.object({ disks: z.array(z.object({ size: z.int() })) }) },
      vars: z.object({}),
    });
    const { groups } = bindContract(
      await loadWritten({ "hosts.yaml": "web: {hosts: {w1: {disks: [{size: 1}]}}}\n" }),
      deep,
    );
    const [host] = groups.web.hosts;

    for (const part of [groups, groups.web, groups.web.hosts, host, host?.disks, host?.disks[0]])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test("keeps a secret as a Secret", async () => {
    const withSecret = defineInventory({ groups: {}, vars: z.object({ vrrp_auth: secretText() }) });
    const { vars } = bindContract(
      await loadWritten({ "hosts.yaml": "all: {hosts: {a: }, vars: {vrrp_auth: x7}}\n" }),
      withSecret,
    );
    expect([reveal(vars.vrrp_auth), String(vars.vrrp_auth)]).toEqual(["x7", "***"]);
  });

  test("takes -e values as what the schema wants, because a command line has no types", async () => {
    const typed = defineInventory({
      groups: {},
      vars: z.object({ count: z.int(), version: z.string(), on: z.boolean(), zeros: z.string() }),
    });
    const inventory = await loadWritten({ "hosts.yaml": "all: {hosts: {a: }}\n" }, [
      "count=5 version=1.10 on=true",
      "zeros=007",
    ]);
    expect(bindContract(inventory, typed).vars).toEqual({ count: 5, version: "1.10", on: true, zeros: "007" });
  });
});

const lb = (vars: string): string => `all:
  vars: { virtual_ip: 10.0.0.10 }
  children:
    loadbalancers:
      hosts:
        lb1: { ${vars} }
`;

test("a variable that nobody asks for is left alone, also when it resembles an optional one", async () => {
  const inventory = await loadWritten({ "hosts.yaml": good.replace("priority: 120", "priority: 120, interfaces2: x") });
  expect(bindContract(inventory, contract).groups.loadbalancers.size).toBe(2);
});

describe("an inventory that does not fit gets an error at the position of the winning value", () => {
  test.each<[string, string, string]>([
    [
      "a wrong type",
      lb("priority: high"),
      'hosts.yaml:6:26: error VAR010: "priority": expected number, received string (got "high") (host lb1). Fix: correct the value.',
    ],
    [
      "a value beyond its limit",
      lb("priority: 300"),
      'hosts.yaml:6:26: error VAR010: "priority": Too big: expected number to be <=254 (got 300) (host lb1). Fix: correct the value.',
    ],
    [
      "a variable missing for one host",
      lb(""),
      'hosts.yaml:6:9: error VAR005: the variable "priority" is missing (host lb1). Fix: set it under the host, in host_vars/lb1.yaml or group_vars/loadbalancers.yaml.',
    ],
    [
      "a variable missing for all",
      lb("priority: 1").replace("{ virtual_ip: 10.0.0.10 }", "{}"),
      'hosts.yaml:1:1: error VAR005: the variable "virtual_ip", the address that floats between the hosts, is missing. Fix: set it under `all: vars:`, in group_vars/all.yaml or with -e.',
    ],
    [
      "a misspelt variable",
      lb("priorty: 5"),
      'hosts.yaml:6:16: error INV020: unknown variable "priorty", and "priority" is missing (did you mean "priority"?) (host lb1). Fix: write "priority".',
    ],
    [
      "a misspelt optional variable",
      lb("priority: 5, interfaec: eth0"),
      'hosts.yaml:6:29: error INV020: unknown variable "interfaec", and "interface" is missing (did you mean "interface"?) (host lb1). Fix: write "interface".',
    ],
    [
      "a misspelt group",
      lb("priority: 5").replace("loadbalancers", "loadbalancer"),
      'hosts.yaml:4:5: error INV005: the playbook needs a group "loadbalancers", not "loadbalancer" (did you mean "loadbalancers"?). Fix: write "loadbalancers".',
    ],
    [
      "a group that is missing",
      "all: {hosts: {a: }, vars: {virtual_ip: 10.0.0.10}}\n",
      'hosts.yaml: error INV005: the playbook needs a group "loadbalancers". Fix: add `loadbalancers:` with its hosts under `all: children:`.',
    ],
  ])("%s", async (_, hosts, expected) => {
    expect(await problemsOf(hosts)).toEqual([expected]);
  });

  const mixUps = defineInventory({
    groups: {},
    vars: z.object({
      labels: z.record(z.string().regex(/^\S+$/, "no blanks"), z.string()).default({}),
      mode: z.string().optional(),
      enabled: z.boolean().optional(),
      version: z.string().optional(),
      count: z.int().optional(),
      nested: z.strictObject({ list: z.array(z.string()) }).optional(),
    }),
  });

  test.each<[string, string, string]>([
    [
      "a file mode that is a number",
      "mode: 0644",
      'error VAR001: "mode": 0644 would be read as the number 644. Fix: write "0644" in quotes.',
    ],
    [
      "a number with a leading zero, even where a number is wanted",
      "count: 010",
      'error VAR001: "count": 010 would be read as the number 10. Fix: write "010" in quotes.',
    ],
    [
      "no for a boolean",
      "enabled: no",
      'error VAR002: "enabled": expected true or false (got "no"). Fix: write false.',
    ],
    [
      "a quoted yes for a boolean",
      'enabled: "yes"',
      'error VAR002: "enabled": expected true or false (got "yes"). Fix: write true.',
    ],
    ["1 for a boolean", "enabled: 1", 'error VAR002: "enabled": expected true or false (got 1). Fix: write true.'],
    [
      "a version that is a number",
      "version: 1.10",
      'error VAR003: "version": expected a text, got 1.10, which is the number 1.1. Fix: write "1.10" in quotes.',
    ],
    [
      "a wrong value inside a list",
      "nested: {list: [a, 5]}",
      'error VAR010: "nested.list.1": expected a text, got 5, which is the number 5. Fix: write "5" in quotes.',
    ],
    [
      "an unknown key inside a value",
      "nested: {list: [], lists: 1}",
      'error VAR010: "nested": Unrecognized key: "lists". Fix: correct the value.',
    ],
    ["a key that is none", "labels: {a b: c}", 'error VAR010: "labels.a b": no blanks. Fix: correct the name.'],
  ])("%s", async (_, line, expected) => {
    const inventory = await loadWritten({ "hosts.yaml": `all:\n  hosts: {a: }\n  vars:\n    ${line}\n` });
    const [problem] = await caught(() => bindContract(inventory, mixUps));
    expect(problem?.replace(/^hosts\.yaml:4:\d+: /, "")).toBe(expected);
  });

  test("which is in the file that won", async () => {
    const files = { "hosts.yaml": good, "host_vars/lb2.yaml": "priority: 255\n" };
    const inventory = await loadWritten(files);
    const problems = await caught(() => bindContract(inventory, contract));
    expect(problems).toEqual([
      'host_vars/lb2.yaml:1:11: error VAR010: "priority": Too big: expected number to be <=254 (got 255) (host lb2). Fix: correct the value.',
    ]);
  });

  test("which is on the command line when -e won", async () => {
    const problems = await problemsOf(good, ["priority=x"]);
    expect(problems).toEqual([
      '-e:1:10: error VAR010: "priority": expected number, received string (got "x") (hosts lb1, lb2). Fix: correct the value.',
    ]);
  });

  test("once, however many hosts share the value", async () => {
    const hosts =
      "loadbalancers:\n  vars: { priority: x }\n  hosts: { 'lb[1:9]': }\nall: { vars: { virtual_ip: 10.0.0.10 } }\n";
    expect(await problemsOf(hosts)).toEqual([
      'hosts.yaml:2:21: error VAR010: "priority": expected number, received string (got "x") (hosts lb1, lb2, lb3 and 6 more). Fix: correct the value.',
    ]);
  });

  test("all of them at once", async () => {
    const hosts = lb("priority: high").replace("10.0.0.10", "10.0.0.300");
    expect((await problemsOf(hosts)).map((line) => line.split(":").slice(0, 3).join(":"))).toEqual([
      "hosts.yaml:2:23",
      "hosts.yaml:6:26",
    ]);
  });
});

describe("what is secret is never shown", () => {
  const secrets = defineInventory({
    groups: {},
    vars: z.object({
      db_password: z.string().regex(/^\d+$/).optional(),
      marked: z.string().max(3).meta({ secret: true }).optional(),
      pin: z.string().meta({ secret: true }).optional(),
      users: z.array(z.object({ token: z.enum(["a"]) })).optional(),
    }),
  });

  test.each(["db_password: hunter2", "marked: hunter2", "pin: 0444227", "pin: 44.4227", "users: [{token: hunter2}]"])(
    "%s",
    async (line) => {
      const inventory = await loadWritten({ "hosts.yaml": `all:\n  hosts: {a: }\n  vars:\n    ${line}\n` });
      const problems = (await caught(() => bindContract(inventory, secrets))).join("\n");
      expect(problems).toMatch(/^hosts\.yaml:4:\d+: error VAR0/);
      expect(problems).not.toMatch(/hunter2|4227/);
    },
  );
});

describe("a contract must not ask for a name that means something already", () => {
  test.each([
    [
      { groups: { web: z.object({ name: z.string() }) }, vars: z.object({}) },
      'error PLY045: the inventory contract (group web) asks for "name", which every host has already. Fix: use host.name, or another name.',
    ],
    [
      { groups: { web: z.object({ address: z.string() }) }, vars: z.object({}) },
      'error PLY045: the inventory contract (group web) asks for "address", which every host has already. Fix: use host.address, or another name.',
    ],
    [
      { groups: {}, vars: z.object({ port: z.int() }) },
      'error PLY045: the inventory contract (vars) asks for "port", which says how a host is reached. Fix: use another name, such as "service_port".',
    ],
  ])("%#", async (wrong, expected) => {
    const inventory = await loadWritten({ "hosts.yaml": good });
    expect(await caught(() => bindContract(inventory, wrong))).toEqual([expected]);
  });
});

describe("a property that is the host's address", () => {
  const addressed = defineInventory({
    groups: {
      nodes: z.object({ node_ip: z.ipv4().optional().describe("its own address").meta({ address: true }) }),
    },
    vars: z.object({}),
  });
  const bound = async (host: string) =>
    bindContract(await loadWritten({ "hosts.yaml": `nodes: {hosts: {n1: ${host}}}\n` }), addressed).groups.nodes
      .hosts[0]!.address;

  test("is what roles see; by default that is where the host is reached", async () => {
    expect(await bound("{ansible_host: 192.0.2.7}")).toBe("192.0.2.7");
    expect(await bound("{ansible_host: n1.example.com, node_ip: 192.0.2.8}")).toBe("192.0.2.8");
  });

  test("must be set where the host is reached under a name, and the problem says where that stands", async () => {
    const problems = async (host: string) => {
      const inventory = await loadWritten({ "hosts.yaml": `nodes: {hosts: {n1: ${host}}}\n` });
      return caught(() => bindContract(inventory, addressed));
    };
    expect((await problems("{ansible_host: n1.example.com}")).join("\n")).toMatch(
      /hosts\.yaml:1:22: error VAR005: the host is reached as n1\.example\.com, and its roles need an address: the variable "node_ip" is missing \(host n1\)\. Fix: set it under the host/,
    );
    expect((await problems("{}")).join("\n")).toContain("the host is reached as n1");
    expect(await problems("{ansible_host: n1.example.com, node_ip: none}")).toHaveLength(1);
  });
});
