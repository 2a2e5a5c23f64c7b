import { expect, test } from "vitest";
import { z } from "zod";
import { defineInventory } from "../../runner/define/inventory.ts";
import { secretText } from "../../runner/define/secret.ts";
import { inventorySchema } from "../../runner/inventory/schema.ts";

const schema = inventorySchema(
  defineInventory({
    groups: { loadbalancers: z.object({ priority: z.int().min(1).describe("the highest one wins") }) },
    vars: z.object({ virtual_ip: z.ipv4(), auth: secretText() }),
  }),
);

/** Follows keys, and `$ref`s on the way. */
const at = (path: string): unknown =>
  path.split(" ").reduce<unknown>((node, key) => {
    const found = (node as Record<string, unknown>)[key];
    const reference = (found as { $ref?: string } | undefined)?.$ref;
    return reference ? (schema.$defs as Record<string, unknown>)[reference.replace("#/$defs/", "")] : found;
  }, schema);

test("describes a group's hosts wherever the group stands", () => {
  const expected = {
    type: "integer",
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "the highest one wins",
  };
  expect(at("properties loadbalancers properties hosts additionalProperties properties priority")).toEqual(expected);
  expect(at("properties all properties children properties loadbalancers properties vars properties priority")).toEqual(
    expected,
  );
});

test("describes the variables of all, connection settings, and secrets as what one writes", () => {
  expect(at("properties all properties vars properties virtual_ip")).toMatchObject({ type: "string", format: "ipv4" });
  expect(at("properties all properties vars properties ansible_port")).toMatchObject({
    type: "integer",
    maximum: 65535,
  });
  expect(JSON.stringify(at("properties all properties vars properties auth"))).toContain('"type":"string"');
});

test("refuses unknown keys of groups and is plain JSON", () => {
  expect(at("additionalProperties additionalProperties")).toBe(false);
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});
