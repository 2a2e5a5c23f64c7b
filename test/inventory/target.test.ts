import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { type TargetFlags, targetOf } from "../../runner/inventory/target.ts";
import { loadWritten } from "./written.ts";

const targetFor = async (vars: string, flags: TargetFlags = {}) => {
  const inventory = await loadWritten({ "hosts.yaml": `all: { hosts: { web1: { ${vars} } } }\n` });
  return targetOf(inventory.hosts.get("web1")!, inventory, flags);
};

test("a host without variables is dialled by its name", async () => {
  expect(await targetFor("")).toEqual({ name: "web1", connection: "ssh", address: "web1" });
});

test.each([
  [
    "Ansible's names",
    "ansible_host: 10.0.0.5, ansible_port: '2222', ansible_user: deploy, ansible_ssh_private_key_file: ~/.ssh/id, ansible_ssh_common_args: -J bastion",
  ],
  [
    "Ansible's older names",
    "ansible_ssh_host: 10.0.0.5, ansible_ssh_port: 2222, ansible_ssh_user: deploy, ansible_private_key_file: ~/.ssh/id, ansible_ssh_extra_args: '-o ProxyJump=bastion'",
  ],
  ["our short names", "host: 10.0.0.5, port: 2222, user: deploy, private_key_file: ~/.ssh/id, proxy_jump: bastion"],
])("%s", async (_, vars) => {
  const expected = {
    name: "web1",
    connection: "ssh",
    address: "10.0.0.5",
    port: 2222,
    user: "deploy",
    privateKeyFile: `${homedir()}/.ssh/id`,
    proxyJump: "bastion",
  };
  expect(await targetFor(vars)).toEqual(expected);
});

test("Ansible's name wins over the short one, which an old file may use for something else", async () => {
  expect((await targetFor("ansible_port: 22, port: 8080")).port).toBe(22);
});

describe("become", () => {
  test.each([
    ["not unless asked", "ansible_become_user: app", undefined],
    ["root by sudo", "ansible_become: yes", { method: "sudo", user: "root" }],
    ["another user by su", "become: true, become_method: su, become_user: app", { method: "su", user: "app" }],
  ])("%s", async (_, vars, expected) => {
    expect((await targetFor(vars)).become).toEqual(expected);
  });

  test("a flag turns it on and off", async () => {
    expect((await targetFor("", { become: true })).become?.user).toBe("root");
    expect((await targetFor("ansible_become: true", { become: false })).become).toBeUndefined();
  });
});

test("flags win over the inventory", async () => {
  const flags = { user: "root", privateKeyFile: "key", knownHostsFile: "hosts", connection: "local" } as const;
  const { user, privateKeyFile, knownHostsFile, connection } = await targetFor(
    "user: a, private_key_file: b, known_hosts_file: c",
    flags,
  );
  expect({ user, privateKeyFile, knownHostsFile, connection }).toEqual(flags);
});

test("a host's own password wins over the one that was asked for, keeps its zeros, and does not show", async () => {
  const target = await targetFor("ansible_password: 0123, ansible_become: true", {
    password: () => "asked",
    becomePassword: () => "asked too",
  });
  expect([target.password?.(), target.become?.password?.()]).toEqual(["0123", "asked too"]);
  expect(JSON.stringify(target)).not.toMatch(/0123|asked/);
});
