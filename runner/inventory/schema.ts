import { z } from "zod";
import type { InventoryContract } from "../define/inventory.ts";

type JsonSchema = Record<string, unknown>;

/** The JSON Schema of `hosts.yaml` for a playbook's contract, so that editors complete and check it while people type. */
export function inventorySchema(contract: InventoryContract): JsonSchema {
  const named = Object.keys(contract.groups).map((name) => [name, { $ref: `#/$defs/group-${name}` }]);
  const groups = {
    type: ["object", "null"],
    properties: Object.fromEntries(named),
    additionalProperties: { $ref: "#/$defs/group" },
  };
  const contractGroups = Object.entries(contract.groups).map(([name, schema]) => [
    `group-${name}`,
    groupSchema(propertiesOf(schema)),
  ]);
  const all = groupSchema({}, propertiesOf(contract.vars));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "ts-play inventory",
    type: "object",
    properties: { all: { $ref: "#/$defs/all" }, ...Object.fromEntries(named) },
    additionalProperties: { $ref: "#/$defs/group" },
    $defs: { groups, group: groupSchema({}), all, ...Object.fromEntries(contractGroups) },
  };
}

/** Nothing is required in one place, because a variable may also stand in `group_vars/` or `host_vars/`. */
function groupSchema(hostProperties: JsonSchema, vars: JsonSchema = hostProperties): JsonSchema {
  const host = { type: ["object", "null"], properties: { ...connectionProperties, ...hostProperties } };
  return {
    type: ["object", "null"],
    properties: {
      hosts: { type: ["object", "null"], additionalProperties: host },
      children: { $ref: "#/$defs/groups" },
      vars: { type: ["object", "null"], properties: { ...connectionProperties, ...vars } },
    },
    additionalProperties: false,
  };
}

/** A transform or a class has no JSON Schema; then any value is let through here and checked at load. */
function propertiesOf(schema: z.ZodObject): JsonSchema {
  const { properties } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return (properties ?? {}) as JsonSchema;
}

const connectionProperties: JsonSchema = {
  ansible_host: { type: "string", description: "host name or IP address to connect to" },
  ansible_port: { type: "integer", minimum: 1, maximum: 65535, description: "port of sshd" },
  ansible_user: { type: "string", description: "login name" },
  ansible_ssh_private_key_file: { type: "string", description: "path of the private key" },
  ansible_connection: { enum: ["ssh", "local"] },
  ansible_become: { type: "boolean", description: "raise privilege after login" },
  ansible_become_user: { type: "string", description: "user to become; root by default" },
  ansible_become_method: { enum: ["sudo", "su"] },
  proxy_jump: { type: "string", description: "jump host, as ssh -J takes it" },
  known_hosts_file: { type: "string" },
  alias: { type: "boolean", description: "another name has the same address on purpose" },
};
