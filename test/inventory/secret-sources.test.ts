import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { askSources } from "../../runner/cli/secret-sources.ts";
import { defineInventory } from "../../runner/define/inventory.ts";
import { reveal, type Secret } from "../../runner/define/secret.ts";
import { secretFrom } from "../../runner/define/secret-source.ts";
import { bindContract } from "../../runner/inventory/contract.ts";
import { secretNames } from "../../runner/inventory/secret-schema.ts";
import { fillSecrets } from "../../runner/inventory/secret-sources.ts";
import { explainVar } from "../../runner/inventory/show.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

afterEach(() => vi.unstubAllEnvs());

const print = (...code: readonly string[]) => [process.execPath, "-e", code.join("")] as const;
const hosts = (vars = "") => ({
  "hosts.yaml": `all: { vars: {${vars}}, children: { web: { hosts: { a: , b: } } } }\n`,
});
const contract = (token: z.ZodType) =>
  defineInventory({ groups: { web: z.object({ token }) }, vars: z.object({ token }) });

async function bound(token: z.ZodType, vars?: string) {
  const wanted = contract(token);
  const inventory = await fillSecrets(await loadWritten(hosts(vars)), wanted, askSources);
  const { groups, vars: site } = bindContract(inventory, wanted);
  const values = [site.token, ...groups.web.hosts.map((host) => host.token)];
  return { inventory, values: values.map((value) => value && reveal(value as Secret)) };
}

describe("a secret that the inventory does not have", () => {
  test("comes from the environment, for the site and for each host", async () => {
    vi.stubEnv("TOKEN_OF_TEST", "from the environment");
    const { values, inventory } = await bound(secretFrom({ env: "TOKEN_OF_TEST", command: print("process.exit(1)") }));
    expect(values).toEqual(Array(3).fill("from the environment"));
    expect(inventory.secrets.map(reveal)).toEqual(["from the environment"]);
    expect(explainVar(inventory.hosts.get("a")!, "token")).toBe(
      'a: token = "***"  outside of the inventory  ($TOKEN_OF_TEST)',
    );
  });

  test("comes from a program, which is asked once; its arguments reach it as they are", async () => {
    const command = print("process.stdout.write(process.argv[1] + process.hrtime.bigint() + String.fromCharCode(10))");
    const { values } = await bound(secretFrom({ env: "TOKEN_UNSET", command: [...command, "a b $HOME;"] }));
    expect(new Set(values).size).toBe(1);
    expect(values[0]).toMatch(/^a b \$HOME;\d+$/);
  });

  test("is left alone when the inventory has one, and nobody is asked", async () => {
    const { values } = await bound(secretFrom({ command: ["/does/not/exist"] }), "token: from the file");
    expect(values).toEqual(Array(3).fill("from the file"));
  });

  test("may be missing when it is optional", async () => {
    expect((await bound(secretFrom({ env: "TOKEN_UNSET" }).optional())).values).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("is checked like any other", async () => {
    vi.stubEnv("TOKEN_OF_TEST", "short");
    const token = secretFrom({ env: "TOKEN_OF_TEST" }, (text) => (text.length < 8 ? "it is too short" : undefined));
    const problems = await caught(() => bound(token));
    expect(problems[0]).toMatch(/^\$TOKEN_OF_TEST: error VAR010: "token": the value does not fit \(got \*\*\*\)/);
    expect(problems.join("\n")).not.toContain('"short"');
  });

  test("is told with all that was tried", async () => {
    const token = secretFrom({
      env: "TOKEN_UNSET",
      command: print("console.error('locked'); process.exit(3)"),
      ask: "token",
    });
    expect(await caught(() => bound(token))).toEqual([
      `error VLT011: no value for the secret "token": it is not in the inventory, TOKEN_UNSET is not set, ${process.execPath} failed (exit 3: locked), nothing was typed. Fix: give it in one of these ways.`,
    ]);
    expect((await caught(() => bound(secretFrom({ command: ["/does/not/exist"] }))))[0]).toContain(
      "/does/not/exist failed (ENOENT)",
    );
  });
});

test("it counts as secret wherever values are shown", () => {
  expect(secretNames(contract(secretFrom({ env: "X" }).optional()))).toEqual(new Set(["token"]));
});
