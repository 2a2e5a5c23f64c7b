import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

beforeAll(async () => {
  project = await projectFolder();
  folder = project.folder;
  await writeFile(join(folder, "hosts.yaml"), labInventory(lab(), { keepers: ["secret1"] }, canaries));
});
afterAll(() => project.remove());

const on = (command: string) => runOnHost(lab(), lab().hosts[0]!.address, command);

async function run(...args: readonly string[]): Promise<number | undefined> {
  const { exitCode, stdout, stderr } = await tsPlay(folder, args);
  printed.push(stdout, stderr);
  return exitCode;
}

const found = (text: string): readonly string[] => needles.filter((needle) => text.includes(needle));

const SAMPLE = "/run/secrets-sample";
/** Arguments and environments of all processes, again and again until it is told to stop. */
const sampler = `while [ ! -e ${SAMPLE}.stop ]; do grep -azHs '' /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>${SAMPLE}; sleep 0.05; done
sort -zu ${SAMPLE} | base64 -w 0; rm ${SAMPLE} ${SAMPLE}.stop`;

test("no process shows a secret to others while it is used, and each secret arrives as it is", async () => {
  const sampled = on(sampler);
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

test("nothing is left on the controller but the inventory", async () => {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = names
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.endsWith("/hosts.yaml"));
  expect(files.some((path) => path.endsWith(".ndjson"))).toBe(true);
  expect(files.some((path) => path.endsWith("/plan.json"))).toBe(true);
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
