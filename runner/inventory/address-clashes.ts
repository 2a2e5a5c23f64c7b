import { formatPlace, type Problem } from "../errors.ts";
import { readBoolean } from "./connection-settings.ts";
import type { Inventory, InventoryHost } from "./inventory.ts";
import { canonicalAddress } from "./names.ts";
import { addressOf, connectionOf, portOf, proxyJumpOf, settingVar } from "./target.ts";

const SSH_PORT = 22;

/** Hosts that are reached at the address of another one without saying `alias: true` (INV012), or through themselves (INV021). */
export function findAddressClashes({ hosts }: Inventory): Problem[] {
  const first = new Map<string, InventoryHost>();
  const problems: Problem[] = [];
  for (const host of hosts.values()) {
    if (connectionOf(host) === "local") continue;
    if (jumpsThroughItself(host)) problems.push(selfJump(host));
    const key = endpoint(host);
    const other = first.get(key);
    if (other && !isAlias(host) && !isAlias(other)) problems.push(clash(host, other));
    if (!other || isAlias(other)) first.set(key, host);
  }
  return problems;
}

/** Behind different jump hosts one address can be different machines. */
const endpoint = (host: InventoryHost): string =>
  [canonicalAddress(addressOf(host)), portOf(host) ?? SSH_PORT, proxyJumpOf(host) ?? ""].join(" ");

const isAlias = (host: InventoryHost): boolean => readBoolean(settingVar(host, "alias")?.value ?? false) === true;

function jumpsThroughItself(host: InventoryHost): boolean {
  const [address, port = SSH_PORT] = (proxyJumpOf(host) ?? "").replace(/^.*@/, "").split(":");
  const same = address === host.name || address === addressOf(host);
  return same && Number(port) === (portOf(host) ?? SSH_PORT);
}

const clash = (host: InventoryHost, other: InventoryHost): Problem => ({
  code: "INV012",
  place: host.place,
  message: `${other.name} (${formatPlace(other.place)}) and ${host.name} are the same host ${addressOf(host)}, port ${portOf(host) ?? SSH_PORT}`,
  fix: `correct one address, or set \`alias: true\` on ${host.name} if both names are meant`,
});

const selfJump = (host: InventoryHost): Problem => ({
  code: "INV021",
  place: (settingVar(host, "proxyJump") ?? settingVar(host, "sshArguments"))!.origin.place,
  message: `${host.name} is its own jump host`,
  fix: "name another host, or leave the jump host out",
});
