import { readFile, writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { bareHost, remainsOn } from "./host-state.ts";
import { useLabProject } from "./lab-project.ts";

const setup = useLabProject("faultcheck", ["checked"]);
const address = () => setup().lab.hosts[0]!.address;

beforeEach(() => bareHost(setup().lab, address()));

/** Every path of the host with all that can be told of it. Logs and the traces of logins change by themselves; /run holds the session's own folder. */
const tree = () =>
  setup().on(
    String.raw`find / -xdev \( -path /var/log -o -path /var/lib/systemd -o -path /run \) -prune -o -printf '%p %y %m %U:%G %s %T@ %l\n' | sort
ls -A /run /run/lock /tmp /dev/shm`,
  );

/** A session tidies up on its host when the run has gone already. */
const nothingRemains = () =>
  expect.poll(() => remainsOn(setup().lab, address()), { timeout: 60_000, interval: 250 }).toEqual([]);

/** The tasks of the last run that would change or did change something. */
const changing = () =>
  [...setup().project.taskEnds().values()].filter(({ state }) => state === "changed").map(({ task }) => task);

describe("--check", () => {
  test.each(["a bare host", "a host that is half done"])("changes nothing on %s and takes no lock", async (kind) => {
    if (kind !== "a bare host") {
      await setup().run("site.ts");
      await setup().on(
        "cd /srv/fault && rm -r data/file-1 etc/app.conf && chmod 777 etc/motd && echo more >>etc/edited",
      );
    }
    await nothingRemains();
    const before = await tree();
    const ended = await setup().run("site.ts", "--check", "--diff");
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0);
    expect(changing().length).toBeGreaterThan(2);
    await nothingRemains();
    expect(await tree()).toBe(before);
  });

  test("works while another run holds the lock", async () => {
    const anything = "touch /srv/fault; while [ -e /srv/fault ]; do sleep 0.1; done";
    const holder = setup().start("shell.ts", "-e", JSON.stringify({ anything, limit_ms: 240_000 }));
    await expect.poll(() => setup().on("ls /srv"), { timeout: 60_000 }).toContain("fault");
    expect((await setup().run("shell.ts", "--check")).exitCode).toBe(0);
    await setup().on("rm /srv/fault");
    expect((await holder.ended).exitCode).toBe(0);
  });

  test("of a bare host names exactly the tasks that apply then changes", async () => {
    await setup().run("site.ts", "--check");
    const planned = changing();
    expect((await setup().run("site.ts")).exitCode).toBe(0);
    expect(changing()).toEqual(planned);
    expect(planned).toHaveLength(29);
  });

  test("of a host that was changed by hand names exactly what apply then mends", async () => {
    await setup().run("site.ts");
    await setup().on(
      "cd /srv/fault && rm -r data/deep link && chown admin etc/motd && echo more >>etc/app.conf && : >etc/blocked",
    );
    await setup().run("site.ts", "--check");
    const planned = changing();
    expect((await setup().run("site.ts")).exitCode).toBe(0);
    expect(changing()).toEqual(planned);
    await setup().run("site.ts");
    expect(changing()).toEqual(["faulty/witness /srv/fault.witness"]);
  });
});

describe("a saved plan", () => {
  const save = () => setup().run("plan", "site.ts", "-o", "plan.json");
  const apply = () => setup().start("apply", "plan.json").ended;

  test("is carried out as it stands", async () => {
    expect((await save()).exitCode).toBe(0);
    expect((await apply()).exitCode).toBe(0);
    expect(changing()).toHaveLength(29);
  });

  test("is refused with 6 after a change by hand, and nothing is changed", async () => {
    await setup().run("site.ts");
    await setup().on("rm /srv/fault/data/file-1");
    expect((await save()).exitCode).toBe(0);
    await setup().on("rm /srv/fault/data/file-2");
    await nothingRemains();
    const before = await tree();
    const ended = await apply();
    expect(ended.exitCode).toBe(6);
    expect(ended.stderr).toContain("file-2");
    await nothingRemains();
    expect(await tree()).toBe(before);
  });

  test.each([
    [
      "what was planned is there already",
      "printf 'file 1\\nfile 1\\n' >/srv/fault/data/file-1; chmod 640 /srv/fault/data/file-1",
    ],
  ])("is refused when %s", async (_, byHand) => {
    await setup().run("site.ts");
    await setup().on("rm /srv/fault/data/file-1");
    await save();
    await setup().on(byHand);
    expect((await apply()).exitCode).toBe(6);
  });

  test("is refused when its file, the playbook or the inventory is not what it was", async () => {
    const file = `${setup().project.folder}/plan.json`;
    expect((await save()).exitCode).toBe(0);
    const good = await readFile(file, "utf8");
    await writeFile(file, good.replace(/"inventoryHash": "./, '"inventoryHash": "x'));
    expect((await apply()).exitCode).toBe(6);
    await writeFile(file, good.replace(/"playbookHash": "./, '"playbookHash": "x'));
    expect((await apply()).exitCode).toBe(6);
    await writeFile(file, good.slice(0, 200));
    expect((await apply()).exitCode).toBe(1);
    expect(await setup().on("ls /srv")).not.toContain("fault");
  });
});

describe("explain", () => {
  test("says why a task would change, and where a value comes from", async () => {
    const { run } = setup();
    const task = await run("explain", "checked", "faulty/file /srv/fault/etc/motd", "-p", "site.ts");
    expect(task.stdout).toContain("/srv/fault/etc/motd");
    expect(task.exitCode).toBe(0);
    const value = await run("explain", "checked", "ansible_user");
    expect(value.stdout).toMatch(/root/);
    expect(value.stdout).toMatch(/hosts\.yaml:\d+/);
  });

  test("of an unknown task or host is an error", async () => {
    expect((await setup().run("explain", "checked", "faulty/nothing", "-p", "site.ts")).exitCode).toBe(1);
    expect((await setup().run("explain", "nobody", "ansible_user")).exitCode).toBe(1);
  });
});
