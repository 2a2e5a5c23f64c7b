import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandText } from "../../runner/cli/ad-hoc/exec-command.ts";
import { playbookOfRole, requireOneCall } from "../../runner/cli/ad-hoc/role-playbook.ts";
import { hostLists } from "../../runner/cli/host-lists.ts";
import type { RunPlan } from "../../runner/plan/run-plan.ts";

const before = process.cwd();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ad-hoc-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});
const write = (...names: readonly string[]) => {
  mkdirSync("playbooks", { recursive: true });
  for (const name of names) writeFileSync(name, "");
};

test("one word is for the shell, several are arguments", () => {
  expect(commandText(["uptime | cat"])).toBe("uptime | cat");
  expect(commandText(["ls", "a b", "$x", "-l"])).toBe("ls 'a b' '$x' -l");
});

test("the playbook of a role is the one that is named, or the only site.ts", async () => {
  write("playbooks/site.ts", "other.ts");
  expect(await playbookOfRole("web", undefined)).toBe("playbooks/site.ts");
  expect(await playbookOfRole("web", "other.ts")).toBe("other.ts");
});

test("what is not clear names the choices", async () => {
  write("site.ts", "playbooks/site.ts");
  await expect(playbookOfRole("web", undefined)).rejects.toThrow(
    "error CLI003: it is not clear which playbook uses the role web: there is more than one site.ts, only site.ts, playbooks/site.ts. Fix: name it: ts-play role web --playbook site.ts.",
  );
  rmSync("site.ts");
  rmSync("playbooks/site.ts");
  write("db.ts", "vitest.config.ts", "types.d.ts", "playbooks/web.ts");
  await expect(playbookOfRole("web", undefined)).rejects.toThrow(
    "there is no site.ts here, only db.ts, playbooks/web.ts.",
  );
});

test("a role under several names is not guessed", () => {
  const calls = new Map([
    [
      "h1",
      [
        { role: "web", name: "web-a" },
        { role: "web", name: "web-b" },
        { role: "db", name: "db" },
      ],
    ],
  ]);
  const plan = { plays: [{ calls }] } as unknown as RunPlan;
  expect(() => requireOneCall(plan, ["web"])).toThrow(
    "error CLI004: the role web is used under several names: web-a, web-b. Fix: name one of them, or all: ts-play role web-a,web-b.",
  );
  for (const given of [["web-a"], ["db"], ["web-a", "web-b"]]) expect(() => requireOneCall(plan, given)).not.toThrow();
});

test("a list of hosts is a file, or what the last run left", async () => {
  writeFileSync("some.txt", "web1\n# not web2\n");
  const lists = await hostLists("db,@some.txt,@retry", () => Promise.resolve(["web9"]));
  expect([lists("@some.txt"), lists("@retry")]).toEqual([["web1", "# not web2", ""], ["web9"]]);
  await expect(hostLists("@none.txt", () => Promise.resolve([]))).rejects.toThrow("none.txt: error CLI004");
});
