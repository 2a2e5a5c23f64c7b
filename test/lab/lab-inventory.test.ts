import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Lab, labInventory } from "../../runner/lab/lab.ts";

const lab: Lab = {
  name: "lab",
  hosts: [
    { name: "lb1", address: "10.87.0.11", driver: "nspawn" },
    { name: "lb2", address: "10.87.0.12", driver: "nspawn" },
  ],
  privateKeyFile: "/lab/id_ed25519",
  knownHostsFile: "/lab/my known_hosts",
  bridge: "tp-lab",
  network: "10.87.0.0/24",
  virtualAddress: "10.87.0.200",
  directory: "/lab",
};

test("writes groups, addresses and access in Ansible's form", () => {
  const text = labInventory(lab, { loadbalancers: ["lb1", "lb2"], canary: ["lb1"] }, { virtual_ip: "10.87.0.200" });

  expect(parse(text)).toEqual({
    all: {
      vars: {
        ansible_user: "root",
        ansible_ssh_private_key_file: "/lab/id_ed25519",
        known_hosts_file: "/lab/my known_hosts",
        virtual_ip: "10.87.0.200",
      },
      children: {
        loadbalancers: { hosts: { lb1: { ansible_host: "10.87.0.11" }, lb2: { ansible_host: "10.87.0.12" } } },
        canary: { hosts: { lb1: { ansible_host: "10.87.0.11" } } },
      },
    },
  });
});

test.each(["1e5", "2e567", "0x1f", "true", "No", "null", "a: b", "", "it's", "x"])(
  "keeps the text %j as text",
  (value) => {
    expect(parse(labInventory(lab, {}, { value })).all.vars.value).toBe(value);
  },
);

test("refuses a group with a host that the lab does not have", () => {
  expect(() => labInventory(lab, { loadbalancers: ["lb3"] })).toThrow(/LAB005.*no host lb3.*lb1, lb2/);
});
