import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labInventory, runOnHost } from "../../runner/lab/lab.ts";
import { useLab } from "./lab-fixture.ts";
import { told } from "./operations/subject.ts";

const HOSTS = ["lb1", "lb2", "lb3"];
const playbooks = join(import.meta.dirname, "../../playbooks");
const lab = useLab({ name: "repair", hosts: HOSTS });

let folder = "";
const run = (playbook: string, ...flags: readonly string[]) =>
  told(folder, [join(playbooks, playbook), "-i", "hosts.yaml", "--output", "json", ...flags]);
const on = (host: string, command: string) =>
  runOnHost(lab(), lab().hosts.find(({ name }) => name === host)!.address, command);

/** Every file of the two, and since when their processes have run: what a repair elsewhere must leave alone. */
const traces = (host: string) =>
  on(
    host,
    `find /etc/haproxy /etc/keepalived /etc/systemd/system /etc/sysctl.d -type f -exec sha256sum {} + -exec stat -c '%n %a %y' {} + | sort
systemctl show haproxy keepalived nginx -p Id,MainPID,ActiveState,StateChangeTimestampMonotonic,InvocationID
echo "show info" | socat STDIO UNIX-CONNECT:/run/haproxy/admin.sock | grep ^Pid`,
  );

/** Which hosts did which tasks, by the events of the run. */
const deeds = ({ tasks }: Awaited<ReturnType<typeof run>>) =>
  tasks.map(({ host, task, state }) => `${host} ${task}: ${state}`).toSorted();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "repair-"));
  const groups = { loadbalancers: HOSTS, backends: HOSTS };
  await writeFile(
    join(folder, "hosts.yaml"),
    labInventory(lab(), groups, { virtual_ip: lab().virtualAddress, interface: "host0" }),
  );
  const { exitCode, text } = await run("web.ts");
  expect(exitCode, text).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("one role on one host is repaired, and nothing else is touched", async () => {
  await on(
    "lb1",
    "sed -i 's/balance leastconn/balance roundrobin/' /etc/haproxy/haproxy.cfg; chmod 666 /etc/haproxy/haproxy.cfg",
  );
  await on("lb2", "systemctl stop keepalived");
  const others = async () => [await traces("lb1"), await traces("lb3")];
  const before = await others();

  const repair = await run("web.ts", "--role", "keepalived", "--limit", "lb2");
  expect(repair.exitCode, repair.text).toBe(0);
  expect(repair.changed).toEqual(["keepalived/service keepalived.service"]);
  expect(repair.tasks.filter(({ host, task }) => host !== "lb2" || !task.startsWith("keepalived/"))).toEqual([]);
  expect(await on("lb2", "systemctl is-active keepalived")).toContain("active");
  expect(await others()).toEqual(before);
});

test("then the other: verify says what is wrong with it, its role repairs it by a reload", async () => {
  const wrong = await run("verify-web.ts");
  expect(wrong.exitCode).toBe(3);
  expect(deeds(wrong).filter((deed) => deed.includes("haproxyVerify"))).toEqual([
    "lb1 haproxyVerify/verified: failed",
    "lb2 haproxyVerify/verified: ok",
    "lb3 haproxyVerify/verified: ok",
  ]);
  expect(wrong.text).toContain(String.raw`is \"balance roundrobin\", wanted is \"balance leastconn\"`);
  expect(wrong.text).toContain("mode is 0666, wanted is 0640");
  const others = async () => [await traces("lb2"), await traces("lb3")];
  const before = await others();
  const holder = await on("lb1", "systemctl show haproxy -p MainPID");

  const repair = await run("web.ts", "--role", "haproxy", "--limit", "lb1");
  expect(repair.exitCode, repair.text).toBe(0);
  expect(repair.changed).toEqual(["haproxy/template /etc/haproxy/haproxy.cfg", "haproxy/service haproxy.service"]);
  expect(repair.tasks.filter(({ host, task }) => host !== "lb1" || !task.startsWith("haproxy/"))).toEqual([]);
  expect(await on("lb1", "systemctl show haproxy -p MainPID")).toBe(holder);
  expect(await others()).toEqual(before);
});

test("now nothing is left to change, and nothing is wrong", async () => {
  const again = await run("web.ts");
  expect(again.exitCode, again.text).toBe(0);
  expect(again.changed).toEqual([]);
  // A check that a busy machine answers late is no fault that stays.
  const found = async () => {
    const { exitCode, text } = await run("verify-web.ts");
    return exitCode === 0 ? "nothing" : text;
  };
  await expect.poll(found, { timeout: 60_000, interval: 1000 }).toBe("nothing");
});
