import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labInventory, runOnHost } from "../../runner/lab/lab.ts";
import { tsPlay } from "../fault/ts-play.ts";
import { useLab } from "./lab-fixture.ts";
import { formsOf, makeCanaries } from "./operations/canaries.ts";
import { projectFolder } from "./operations/project-folder.ts";

const canaries = makeCanaries();
const needles = Object.values(canaries).flatMap(formsOf);
const playbook = "secrets.ts";
const lab = useLab({ name: "secrets", hosts: ["secret1"] });
const printed: string[] = [];
let project: Awaited<ReturnType<typeof projectFolder>>;
let folder = "";

/** Two stand in the inventory as they are, one there encrypted, and all others in a file that is encrypted as a whole. */
const { dollars, backslashes, percents, ...vaulted } = canaries;
const vault = ["--vault-id", "canary@vault-password"];

beforeAll(async () => {
  project = await projectFolder();
  folder = project.folder;
  await writeFile(join(folder, "vault-password"), randomBytes(12).toString("hex"), { mode: 0o600 });
  await mkdir(join(folder, "group_vars/all"), { recursive: true });
  const plain = labInventory(lab(), { keepers: ["secret1"] }, { dollars, backslashes });
  await writeFile(join(folder, "hosts.yaml"), plain);
  await encrypt("group_vars/all/whole.yaml", JSON.stringify(vaulted));
  const value = await encrypted(percents);
  await writeFile(join(folder, "group_vars/all/value.yaml"), `percents: !vault |\n${value.replace(/^(?=.)/gm, "  ")}`);
});

const encrypted = async (text: string): Promise<string> => {
  await encrypt("one", text);
  const made = await readFile(join(folder, "one"), "utf8");
  await rm(join(folder, "one"));
  return made;
};

async function encrypt(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  const { exitCode, stderr } = await tsPlay(folder, ["vault", "encrypt", name, ...vault]);
  expect(exitCode, stderr).toBe(0);
}
afterAll(() => project.remove());

const on = (command: string) => runOnHost(lab(), lab().hosts[0]!.address, command);

async function run(...args: readonly string[]): Promise<number | undefined> {
  const [first = "", ...rest] = args;
  const { exitCode, stdout, stderr } = await tsPlay(folder, [first, ...vault, ...rest]);
  printed.push(stdout, stderr);
  return exitCode;
}

const found = (text: string): readonly string[] => needles.filter((needle) => text.includes(needle));

const SAMPLE = "/run/secrets-sample";
/** Arguments and environments of all processes, again and again until it is told to stop. */
const sampler = `while [ ! -e ${SAMPLE}.stop ]; do
  grep -azHs '' /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>${SAMPLE}
  echo >>${SAMPLE}.rounds
  sleep 0.05
done
sort -zu ${SAMPLE} | base64 -w 0; rm ${SAMPLE} ${SAMPLE}.*`;

test("no process shows a secret to others while it is used, and each secret arrives as it is", async () => {
  const sampled = on(sampler);
  await expect.poll(() => on("ls /run"), { timeout: 60_000 }).toContain("secrets-sample.rounds");
  expect(await run(playbook, "-i", "hosts.yaml", "-vvv"), printed.join("")).toBe(0);
  await on(`touch ${SAMPLE}.stop`);
  const records = Buffer.from(await sampled, "base64")
    .toString()
    .split("\0");
  const seen = (kind: string) => records.filter((record) => new RegExp(`^/proc/\\d+/${kind}:`).test(record));

  // What was given a variable has it; nobody else does. That it is seen shows that the sampler sees.
  const given = seen("environ").filter((record) => /:CANARY=/.test(record));
  expect(given.some((record) => record.includes(canaries.dollars))).toBe(true);
  expect(seen("cmdline").some((record) => record.endsWith(":0.3"))).toBe(true);
  expect(records.filter((record) => !given.includes(record) && found(record).length > 0)).toEqual([]);

  const there = async (name: string) => Buffer.from(await on(`base64 -w 0 /srv/secrets/${name}`), "base64").toString();
  for (const [name, secret] of Object.entries({
    quotes: canaries.quotes,
    long: canaries.long,
    lines: `token = ${canaries.lines}\n`,
    line: `${canaries.percents}\n`,
    block: `# BEGIN secret\n${canaries.backslashes}\n# END secret\n`,
    stdin: canaries.unicode,
    "env-dollars": canaries.dollars,
    "env-lines": canaries.lines,
    "env-long": canaries.long,
    "env-short": canaries.short,
  }))
    expect(await there(name), name).toBe(secret);
  expect(await on("getent shadow canary")).toContain(`canary:${canaries.password_hash}:`);
});

test("neither a check nor a saved plan nor a failure tells a secret", async () => {
  await on(
    "cd /srv/secrets; for f in quotes long lines line block; do echo more >>$f; done; rm env-* stdin; usermod -L canary",
  );
  for (const output of ["lines", "tree", "json"])
    expect(await run(playbook, "-i", "hosts.yaml", "--check", "--diff", "-vvv", "--output", output)).toBe(0);
  expect(await run("plan", playbook, "-i", "hosts.yaml", "--diff", "-o", "plan.json")).toBe(0);
  expect(await run("apply", "plan.json", "-vvv"), printed.at(-1)).toBe(0);
  for (const name of ["quotes", "lines", "dollars", "percents", "backslashes", "long", "short", "unicode"])
    expect(
      await run(
        playbook,
        "-i",
        "hosts.yaml",
        "-vvv",
        "-e",
        `fail=${name}`,
        "--output",
        name === "long" ? "lines" : "json",
      ),
    ).toBe(3);
  expect(await run("inventory", "-i", "hosts.yaml", "-p", playbook, "--host", "secret1")).toBeDefined();
  expect(printed.join("")).toContain("***");
  expect(found(printed.join("\n"))).toEqual([]);
});

test("neither a command outside of a playbook nor a message to others tells one that came from a vault", async () => {
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const files = "quotes lines long line stdin env-short".split(" ").map((name) => `/srv/secrets/${name}`);
  const told = `for f in ${files.join(" ")}; do cat $f; echo; base64 -w 0 $f; echo; od -An -v -tx1 $f | tr -d ' \\n'; echo; cat $f >&2; done`;
  try {
    for (const output of ["grouped", "lines", "json"])
      expect(await run("exec", "-i", "hosts.yaml", "all", "--output", output, "--webhook", url, "--", told)).toBe(0);
    const reports = ["html", "json", "junit", "markdown"].flatMap((kind) => ["--report", `${kind}=report.${kind}`]);
    expect(await run("exec", "-i", "hosts.yaml", "all", "--webhook", url, ...reports, "--", `${told}; exit 1`)).toBe(3);
    expect(await run(playbook, "-i", "hosts.yaml", "-e", "fail=lines", "--webhook", url, ...reports)).toBe(3);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
  expect(bodies).toHaveLength(5);
  expect(bodies.at(-1)).toContain("***");
  expect(found([...printed, ...bodies].join("\n"))).toEqual([]);
});

test("nothing is left on the controller but what stands in the inventory", async () => {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = names
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.endsWith("/hosts.yaml"));
  expect(files.some((path) => path.endsWith(".ndjson"))).toBe(true);
  expect(files.some((path) => path.endsWith("/plan.json"))).toBe(true);
  expect(files.some((path) => path.endsWith("/report.html"))).toBe(true);
  for (const path of files) expect(found(await readFile(path, "utf8")), path).toEqual([]);
});

test("nothing is left on the host but the files that were asked for", async () => {
  const lines = needles.flatMap((needle) => needle.split("\n")).filter((line) => line.length >= 8);
  const list = Buffer.from(`${[...new Set(lines)].join("\n")}\n`).toString("base64");
  const search = (where: string) =>
    on(`umask 077; echo ${list} | base64 -d >/dev/shm/needles; ${where}; rm /dev/shm/needles`);
  const files = await search(
    "grep -rlaFs -f /dev/shm/needles --exclude=needles --exclude-dir=apt /etc /home /root /run /srv /tmp /var /usr/local /dev/shm | sort",
  );
  const asked = /^\/(srv\/secrets\/[\w.-]+|etc\/shadow-?)$/;
  expect(files.split("\n").filter((path) => path !== "" && !asked.test(path))).toEqual([]);
  expect(files).toContain("/srv/secrets/stdin");
  expect(await search("journalctl --no-pager --all --output=export | grep -caF -f /dev/shm/needles || true")).toBe(
    "0\n",
  );
});
