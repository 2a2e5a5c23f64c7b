import { expect, test } from "vitest";
import { z } from "zod";
import { defineInventory, secretText } from "../../runner/index.ts";
import { withoutSecrets } from "../../runner/inventory/extra-secrets.ts";
import { namesWithSecrets } from "../../runner/inventory/secret-schema.ts";

const secrets = namesWithSecrets(
  defineInventory({
    groups: { all: z.object({ pin: secretText().optional(), zone: z.string() }) },
    vars: z.object({
      port: z.int(),
      db: z.object({ user: z.string(), key: secretText() }).optional(),
      users: z.array(z.object({ name: z.string(), pin: secretText() })),
      either: z.union([z.string(), secretText()]),
    }),
  }),
);

test("a contract tells which variables are secret, or hold something that is", () => {
  expect([...secrets].toSorted()).toEqual(["db", "either", "pin", "users"]);
});

test.each<[string, string[], string[]]>([
  ["port=80 zone='a b'", ["port=80 zone='a b'"], []],
  ["pin=1234", [], ["pin"]],
  ["port=80 pin='12 34' zone=\"a b\"", ['port=80 zone="a b"'], ["pin"]],
  ["vault_credential=x port=1", ["port=1"], ["vault_credential"]],
  ['{"port": 80, "pin": "1234"}', ['{"port":80}'], ["pin"]],
  ['{"db": {"user": "a", "key": "b"}}', [], ["db"]],
  ['{"other": {"deep": [{"password": "b"}]}, "port": 1}', ['{"port":1}'], ["other"]],
  ["@secrets.yaml", ["@secrets.yaml"], []],
])("-e %s", async (value, kept, withheld) => {
  expect(await withoutSecrets([value], secrets)).toEqual({ kept, withheld });
});
