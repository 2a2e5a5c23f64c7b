import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { validator } from "../../roles/haproxy/validator.ts";
import { commandText, temporaryFile } from "../../runner/define/command.ts";
import { labInventory, runOnHost } from "../../runner/lab/lab.ts";
import { backendScript, certificateScript } from "./haproxy/backends.ts";
import { answerOf, knock, session } from "./haproxy/clients.ts";
import { useLab } from "./lab-fixture.ts";
import { told } from "./operations/subject.ts";

const BALANCERS = ["hap1", "hap2"];
const BACKENDS = ["hap2", "hap3"];
const PASSWORD = "canary it's 0penly";
const FILE = "/etc/haproxy/haproxy.cfg";
const playbook = join(import.meta.dirname, "haproxy/balancer.ts");
const lab = useLab({ name: "haproxy", hosts: ["hap1", "hap2", "hap3"] });

let folder = "";
const addressOf = (host: string) => lab().hosts.find(({ name }) => name === host)!.address;
const on = (host: string, command: string) => runOnHost(lab(), addressOf(host), command);
const serversAt = (port: number, ...hosts: string[]) => hosts.map((name) => ({ name, address: addressOf(name), port }));

const plain = () => ({
  name: "plain",
  port: 9080,
  check: { kind: "tcp", interval: "500ms" },
  servers: serversAt(8080, ...BACKENDS),
});
const api = (check: object = {}) => ({
  name: "api",
  port: 9443,
  addresses: ["::"],
  check: {
    kind: "https",
    path: "/readyz",
    verify: { caFile: "/etc/haproxy/ca.pem", name: "kubernetes" },
    interval: "500ms",
    ...check,
  },
  servers: serversAt(6443, ...BACKENDS),
});
const page = () => ({ address: "127.0.0.1", port: 8404, user: "admin", password: PASSWORD });
const wanted = (change: object = {}) => ({ services: [plain(), api()], statistics: page(), ...change });

async function play(balancer: object, ...flags: readonly string[]) {
  await writeFile(join(folder, "vars.json"), JSON.stringify({ balancer }));
  return told(folder, [playbook, "-i", "hosts.yaml", "-e", "@vars.json", "--output", "json", ...flags]);
}

const look = (balancer: object, ...flags: readonly string[]) => play(balancer, "-e", "look=true", ...flags);
const lookAtFirst = async (balancer: object, ...flags: readonly string[]) =>
  failures(await look(balancer, "--limit", "hap1", ...flags));
const soon = { timeout: 60_000, interval: 1000 };
const failures = ({ tasks }: Awaited<ReturnType<typeof play>>) =>
  tasks.flatMap(({ failure }) => failure?.message ?? []);
const hashes = () => Promise.all(BALANCERS.map((host) => on(host, `sha256sum ${FILE}; stat -c %y ${FILE}`)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haproxy-"));
  await writeFile(join(folder, "hosts.yaml"), labInventory(lab(), { loadbalancers: BALANCERS }));
  const [ca, certificate, key] = (await on("hap1", certificateScript)).split("====\n");
  await Promise.all(BACKENDS.map((host) => on(host, backendScript(host, certificate!, key!))));
  await Promise.all(
    BALANCERS.map((host) => on(host, `mkdir -p /etc/haproxy && cat >/etc/haproxy/ca.pem <<'END'\n${ca}END`)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("several services, checked over TCP and over TLS, are there with one run; the next changes nothing", async () => {
  const plan = await play(wanted(), "--check");
  expect(plan.exitCode, plan.text).toBe(0);
  const run = await play(wanted());
  expect(run.exitCode, run.text).toBe(0);
  expect(run.changed.toSorted()).toEqual(plan.changed.toSorted());
  const again = await play(wanted());
  expect(again.exitCode, again.text).toBe(0);
  expect(again.changed).toEqual([]);
  for (const told of [plan, run, again]) expect(told.text).not.toContain(PASSWORD);

  for (const host of BALANCERS) {
    expect(BACKENDS).toContain(await answerOf(addressOf(host), 9080));
    expect((await on(host, "curl -ksS --resolve kubernetes:9443:127.0.0.1 https://kubernetes:9443/")).trim()).toMatch(
      /^hap[23]$/,
    );
    expect(await on(host, "curl -ksS 'https://[::1]:9443/readyz'")).toBe("ok");
  }
});

test("verify finds nothing wrong, and changes nothing", async () => {
  const before = await hashes();
  await expect
    .poll(async () => {
      const { exitCode, text } = await look(wanted());
      return exitCode === 0 ? "well" : text;
    }, soon)
    .toBe("well");
  expect(await hashes()).toEqual(before);
});

test("the page with statistics asks for its password, on its own address alone", async () => {
  const status = (url: string, ...flags: string[]) =>
    on("hap1", `curl -s -o /dev/null -w '%{http_code}' ${flags.join(" ")} ${url} || true`);
  expect(await status("http://127.0.0.1:8404/")).toBe("401");
  expect(await status("http://127.0.0.1:8404/", "-u", `"admin:${PASSWORD}"`)).toBe("200");
  expect(await status(`http://${addressOf("hap1")}:8404/`)).toBe("000");
});

test("what haproxy logs from inside of its root reaches the journal", async () => {
  const since = (await on("hap1", "date '+%F %T'")).trim();
  await on("hap1", "curl -s http://127.0.0.1:9080/");
  await expect
    .poll(() => on("hap1", `journalctl -u haproxy --since '${since}' -o cat --no-pager`), { timeout: 30_000 })
    .toMatch(/127\.0\.0\.1:\d+ \[.*\] plain plain\/hap[23] /);
});

/** So many new connections are opened after each reload, while the old process still has its sessions. */
const AFTER_EACH = 25;

test("five reloads lose no new connection and no old one", async () => {
  const clients = knock(addressOf("hap1"), 9080);
  const long = await session(addressOf("hap1"), 9080);
  await clients.more(AFTER_EACH);
  for (const more of [1, 2, 3, 4, 5]) {
    const before = clients.tried();
    const { changed, text, exitCode } = await play(wanted({ maxConnections: 5000 + more }), "--limit", "hap1");
    expect(exitCode, text).toBe(0);
    expect(changed).toEqual([`haproxy/template ${FILE}`, "haproxy/service haproxy.service"]);
    expect(clients.tried()).toBeGreaterThan(before);
    await clients.more(AFTER_EACH);
  }
  expect(await clients.stop()).toEqual([]);
  const { answers, lost } = await long.stop();
  expect(lost).toBeUndefined();
  // Asked at most every 50 ms where new ones come every 20 ms, and the next waits for the answer.
  expect(answers).toBeGreaterThanOrEqual((6 * AFTER_EACH) / 10);
  expect((await play(wanted())).exitCode).toBe(0);
});

test("a restart in their place would lose some of both, and these clients notice", async () => {
  const clients = knock(addressOf("hap1"), 9080);
  const long = await session(addressOf("hap1"), 9080);
  await clients.more(AFTER_EACH);
  await on("hap1", "systemctl stop haproxy");
  await clients.more(AFTER_EACH);
  await on("hap1", "systemctl start haproxy");
  expect(await clients.stop()).toContainEqual(expect.stringMatching(/ECONNREFUSED|ECONNRESET|closed/));
  expect(await long.over).toMatchObject({ lost: expect.stringMatching(/closed|ECONNRESET/) });
});

test("a server that is taken out, or weighs nothing, gets no new session and keeps those it has, as long as is wished", async () => {
  const only = (servers: object[], hardStopAfter = "15m") =>
    play(wanted({ services: [{ ...plain(), servers }, api()], hardStopAfter }), "--limit", "hap1");
  const [second, third] = serversAt(8080, "hap2", "hap3");
  const answer = () => answerOf(addressOf("hap1"), 9080);
  /** The old process may take one more connection before it hears that it is to end. */
  const allFrom = async (host: string) => {
    await expect.poll(answer, soon).toBe(host);
    expect([await answer(), await answer()]).toEqual([host, host]);
  };

  expect((await only([second!])).exitCode).toBe(0);
  const kept = await session(addressOf("hap1"), 9080);
  expect((await only([third!])).exitCode).toBe(0);
  await allFrom("hap3");
  expect((await only([{ ...third!, weight: 0 }, second!], "2s")).exitCode).toBe(0);
  await allFrom("hap2");
  expect(await kept.stop()).toMatchObject({ lost: undefined });

  const cut = await session(addressOf("hap1"), 9080);
  expect((await only([third!])).exitCode).toBe(0);
  expect(await cut.over).toMatchObject({ lost: expect.stringMatching(/closed|ECONNRESET/) });
  expect((await play(wanted())).exitCode).toBe(0);
});

test("a server that is not ready leaves and its sessions end; verify says which, why and since when; then it comes back", async () => {
  const other = await session(addressOf("hap1"), 9080);
  const held = await session(addressOf("hap1"), 9443, true);
  await Promise.all(BACKENDS.map((host) => on(host, "touch /srv/broken")));
  expect(await held.over).toMatchObject({ lost: expect.stringMatching(/closed|ECONNRESET/) });
  await expect
    .poll(() => lookAtFirst(wanted()), soon)
    .toEqual([
      expect.stringMatching(
        /^api: 0 of 2 servers are up, at least 2 must be\napi\/hap2 is DOWN since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \(L7STS .*\)\napi\/hap3 is DOWN since .*\napi: a client on 127\.0\.0\.1:9443 gets `.*`, wanted is 200$/,
      ),
    ]);
  await on("hap2", "rm /srv/broken");
  await expect.poll(() => lookAtFirst(wanted(), "-e", "least_up=1"), soon).toEqual([]);
  expect(await lookAtFirst(wanted())).toEqual([
    expect.stringMatching(/^api: 1 of 2 .*\napi\/hap3 is DOWN since \S+ \(\S.*\)$/),
  ]);
  await on("hap3", "rm /srv/broken");
  await expect.poll(() => lookAtFirst(wanted()), soon).toEqual([]);
  expect(await other.stop()).toMatchObject({ lost: undefined });
});

test("an apiserver that refuses who is not known is well only for those who say so; one with a wrong name never is", async () => {
  await Promise.all(BACKENDS.map((host) => on(host, "touch /srv/anonymous-is-refused")));
  const tolerant = wanted({ services: [plain(), api({ statuses: [200, 401] })] });
  const stranger = wanted({
    services: [plain(), api({ statuses: [200, 401], verify: { caFile: "/etc/haproxy/ca.pem", name: "other" } })],
  });
  await expect.poll(() => lookAtFirst(wanted()), soon).toEqual([expect.stringContaining("api/hap2 is DOWN")]);
  expect((await play(tolerant, "--limit", "hap1")).exitCode).toBe(0);
  await expect.poll(() => lookAtFirst(tolerant), soon).toEqual([]);
  expect((await play(stranger, "--limit", "hap1")).exitCode).toBe(0);
  await expect
    .poll(() => lookAtFirst(stranger), soon)
    .toEqual([expect.stringMatching(/api\/hap2 is DOWN since .*L6RSP/)]);
  await Promise.all(BACKENDS.map((host) => on(host, "rm /srv/anonymous-is-refused")));
  expect((await play(wanted())).exitCode).toBe(0);
  await expect.poll(() => lookAtFirst(wanted()), soon).toEqual([]);
});

const untilListening = (port: number) => `until ss -Hltn | grep -q ':${port} '; do sleep 0.1; done`;

test("a port that somebody has on one balancer stops the run before any of them is changed", async () => {
  const before = await hashes();
  await on("hap2", `systemd-run --unit=squatter --quiet socat TCP-LISTEN:9555,fork EXEC:true; ${untilListening(9555)}`);
  const { exitCode, text } = await play(wanted({ services: [{ ...plain(), port: 9555 }, api()] }));
  expect(exitCode).toBe(3);
  expect(text).toContain("haproxy cannot listen on 0.0.0.0:9555 (service plain): socat listens on 0.0.0.0:9555");
  expect(await hashes()).toEqual(before);
  await on("hap2", "systemctl stop squatter");
});

test("its own server's port on the same host is refused; on the floating address alone it is not", async () => {
  const same = { ...api(), port: 6443 };
  const refused = await play(wanted({ services: [same] }), "--check");
  expect(failures(refused)).toEqual([
    "haproxy cannot listen on *:6443 (service api): its own server hap2 is to listen there on this host",
  ]);
  const floating = { ...same, addresses: [lab().virtualAddress] };
  const plan = await play(wanted({ services: [floating], statistics: undefined }), "--check");
  // nginx listens on every address here, unlike an apiserver with --bind-address.
  expect(failures(plan)).toEqual([expect.stringMatching(/nginx listens on 0\.0\.0\.0:6443/)]);
  expect((await play(wanted({ services: [floating] }), "--check", "--limit", "hap1")).exitCode).toBe(0);
});

test("a file that haproxy refuses does not replace the old one, and haproxy goes on", async () => {
  const before = await hashes();
  const servers = [{ name: "gone", address: "no-such-host.invalid", port: 80 }];
  const { exitCode, text } = await play(wanted({ services: [{ ...plain(), servers }] }));
  expect(exitCode).toBe(3);
  expect(text).toContain("the new content was refused by its validator; the old file stays");
  expect(await hashes()).toEqual(before);
  expect(BACKENDS).toContain(await answerOf(addressOf("hap1"), 9080));
  // Nobody can know how far it came, so a reload is owed, which does no harm.
  expect((await play(wanted())).changed).toEqual(BALANCERS.map(() => "haproxy/service haproxy.service"));
  expect((await play(wanted())).changed).toEqual([]);
});

test("the validator refuses settings that haproxy would ignore, and folders without which it cannot start", async () => {
  const valid = commandText(validator("debian", "/run/haproxy/admin.sock")(temporaryFile), () => "", {
    file: "/tmp/try",
  });
  const attempt = (script: string) =>
    on("hap1", `${script}\n( ${valid}\n) >/tmp/said 2>&1; echo "ended $?"; cat /tmp/said`);
  expect(await attempt(`cp ${FILE} /tmp/try`)).toMatch(/^ended 0/);
  const ignored = await attempt("sed 's/option tcplog/option httplog/' /etc/haproxy/haproxy.cfg >/tmp/try");
  expect(ignored).toMatch(/^ended 1/);
  expect(ignored).toContain("option httplog");
  expect(await on("hap1", "haproxy -c -q -f /tmp/try; echo ended $?")).toContain("ended 0");
  const missing = await attempt(`cp ${FILE} /tmp/try; mv /var/lib/haproxy /var/lib/away`);
  await on("hap1", "mv /var/lib/away /var/lib/haproxy");
  expect(missing).toMatch(/^ended 1\n\/var\/lib\/haproxy is missing/);
});

test("a haproxy that holds another configuration than its file is found by verify, and reloaded by the role", async () => {
  await on(
    "hap1",
    // A reload answers before haproxy has read its file.
    `set -e; cp -p ${FILE} ${FILE}.kept; sed -i 's/description .*/description "by hand"/' ${FILE}; systemctl reload haproxy
    timeout 60 sh -c 'until echo show info | socat - /run/haproxy/admin.sock | grep -q "by hand"; do sleep 0.1; done'
    mv ${FILE}.kept ${FILE}`,
  );
  expect(await lookAtFirst(wanted())).toEqual([expect.stringContaining("goes on with another configuration")]);
  const { changed, text } = await play(wanted());
  expect(changed, text).toEqual(["haproxy/service haproxy.service"]);
  await expect.poll(() => lookAtFirst(wanted()), soon).toEqual([]);
});

test("a reload that haproxy refuses is a failed task with haproxy's own words, and owed until it succeeds", async () => {
  const moved = wanted({ services: [{ ...plain(), port: 9666 }, api()] });
  // Comes between the look at the ports and the reload.
  await on(
    "hap1",
    `mkdir -p /etc/systemd/system/haproxy.service.d; printf '%s\\n' '[Service]' ExecReload= "ExecReload=/bin/sh -c \\"socat TCP-LISTEN:9666,fork EXEC:true & ${untilListening(9666)}; kill -USR2 \\$MAINPID\\"" >/etc/systemd/system/haproxy.service.d/squat.conf; systemctl daemon-reload`,
  );
  const { exitCode, text } = await play(moved, "--limit", "hap1");
  expect(exitCode, text).toBe(3);
  expect(text).toContain("cannot bind socket (Address already in use) for [0.0.0.0:9666]");
  expect(text).toContain("haproxy could not take the new configuration and goes on with the former one");
  expect(BACKENDS).toContain(await answerOf(addressOf("hap1"), 9080));

  await on(
    "hap1",
    "rm /etc/systemd/system/haproxy.service.d/squat.conf; systemctl daemon-reload; fuser() { ss -Hltnp 'sport = :9666' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'; }; kill $(fuser); while [ -n \"$(fuser)\" ]; do sleep 0.1; done",
  );
  const repaired = await play(moved, "--limit", "hap1");
  expect(repaired.exitCode, repaired.text).toBe(0);
  expect(repaired.changed).toEqual(["haproxy/service haproxy.service"]);
  expect(BACKENDS).toContain(await answerOf(addressOf("hap1"), 9666));
  expect((await play(wanted())).exitCode).toBe(0);
});
