import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { keepalived } from "../../roles/keepalived/role.ts";
import { fileOf, firstLines } from "./plans.ts";

const members = [
  { name: "lb1", address: "192.0.2.11", priority: 110 },
  { name: "lb2", address: "192.0.2.12", priority: 100 },
  { name: "lb3", address: "192.0.2.13", priority: 90 },
];
const vars = { virtualIp: "192.0.2.10", members, checkUrl: "http://127.0.0.1:80/" };
const role = keepalived(vars);
const lb2 = () => new FakeHost({ name: "lb2", address: "192.0.2.12" });
const path = "/etc/keepalived/keepalived.conf";

test("a plan of a bare host is complete and in order", async () => {
  expect(firstLines(await lb2().check(role))).toEqual([
    "apt-get install keepalived curl",
    "mkdir -p -m 0755 /etc/systemd/system/keepalived.service.d",
    "write /etc/systemd/system/keepalived.service.d/ts-play-restart.conf",
    "systemctl daemon-reload",
    `write ${path}`,
    "systemctl start keepalived.service",
  ]);
});

test("a second run changes nothing", async () => {
  const host = lb2();
  await host.apply(role);

  expect((await host.apply(role)).steps).toEqual([]);
});

test("a new member is a reload on the others, so that the virtual IP stays where it is", async () => {
  const host = lb2();
  await host.apply(role);
  const more = keepalived({ ...vars, members: [...members, { name: "lb4", address: "192.0.2.14", priority: 80 }] });

  expect(firstLines(await host.apply(more))).toEqual([
    `write ${path}`,
    "systemctl reload-or-restart keepalived.service",
  ]);
});

test("each host speaks from its own address to the others, with its own priority", () => {
  const { content } = fileOf(role, path, {}, "lb2");

  expect(content).toContain("  priority 100\n  advert_int 1\n  unicast_src_ip 192.0.2.12\n");
  expect(content).toContain("  unicast_peer {\n    192.0.2.11\n    192.0.2.13\n  }\n");
  expect(content).toContain("    192.0.2.10/32 dev eth0\n");
});

test("all hosts begin as backup, scripts are watched over, and nothing makes the address deaf", () => {
  const { content } = fileOf(role, path);

  expect(content).toMatch(/state BACKUP/);
  expect(content).toMatch(/enable_script_security/);
  expect(content).not.toMatch(/vrrp_strict|nopreempt|state MASTER|notify/);
});

test("the router id comes from the virtual IP unless one is given", () => {
  expect(fileOf(role, path).content).toContain("virtual_router_id 10\n");
  expect(fileOf(keepalived({ ...vars, routerId: 77 }), path).content).toContain("virtual_router_id 77\n");
  expect(fileOf(keepalived({ ...vars, virtualIp: "192.0.3.0" }), path).content).toContain("virtual_router_id 255\n");
});

test("the interface is the one with the default route unless one is named", () => {
  expect(fileOf(role, path, { route: { interface: "ens3" } }).content).toContain("interface ens3\n");
  expect(fileOf(keepalived({ ...vars, interface: "bond0" }), path).content).toContain("interface bond0\n");
});

test("the new file is tried before it replaces the old one", () => {
  expect(String(fileOf(role, path).validate)).toBe("keepalived -t -f <file>");
});

test.each([
  ["a virtual IP that a member has", { virtualIp: "192.0.2.12" }, /must float/],
  ["equal priorities", { members: members.map((member) => ({ ...member, priority: 100 })) }, /same priority/],
  ["a member that is there twice", { members: [members[0]!, { ...members[0]!, priority: 99 }] }, /same address/],
  ["a check that weighs too little to move the address", { checkWeight: 20 }, /greater than 20/],
  ["a check that weighs more than a priority", { checkWeight: 90 }, /less than 90/],
  ["one member", { members: members.slice(0, 1) }, /members/],
  [
    "the priority of an address owner",
    { members: [...members.slice(0, 2), { ...members[2]!, priority: 255 }] },
    /members\.2\.priority/,
  ],
  ["a URL that would end the script", { checkUrl: 'http://127.0.0.1/"\n}' }, /checkUrl/],
])("%s is an error of the playbook", (_, wrong, message) => {
  expect(() => keepalived({ ...vars, ...wrong })).toThrow(message);
});

test("a host that is no member is named", () => {
  expect(() => fileOf(role, path, {}, "db1")).toThrow(/db1, which is not among its members/);
});
