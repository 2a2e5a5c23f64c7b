import { isIPv6 } from "node:net";
import { corrected, nearest } from "../define/nearest.ts";
import { InputError } from "../errors.ts";
import type { Inventory } from "./inventory.ts";
import { readPart } from "./pattern-part.ts";

const SEE_GRAPH = "see `ts-play inventory -i hosts.yaml --graph` for hosts and groups";

/** The lines of a list of hosts: of the last run (`@retry`) or of a file (`@path`). */
export type RetryHosts = (name: "@retry" | string) => readonly string[];

/**
 * The hosts that Ansible's pattern selects, in the order in which the pattern names them: `a:b` or `a,b` (both), `&c` (only those also in c), `!d` (without d),
 * `group[0]`, `group[1:3]`, `group[-1]`, globs, `~regex`, `all`, `@file`. Throws InputError (CLI004) when a part or the whole matches nothing.
 */
export function selectHosts(inventory: Inventory, pattern: string, retryHosts?: RetryHosts): readonly string[] {
  const parts = splitPattern(pattern, inventory).flatMap((part) =>
    part.startsWith("@") ? linesOf(part, retryHosts) : [part],
  );
  const unions = parts.filter((part) => !/^[!&]/.test(part));
  const selected = new Set(
    (unions.length > 0 || parts.length === 0 ? unions : ["all"]).flatMap((part) => matches(part, inventory)),
  );
  const others = parts.filter((part) => /^[!&]/.test(part));
  for (const part of others) narrow(selected, part[0]!, new Set(matches(part.slice(1), inventory)));
  if (selected.size === 0) throw noHost(`no host matches the pattern "${pattern}"`, SEE_GRAPH);
  return [...selected];
}

/** Commas and colons separate parts, but not within brackets, and colons not within an IPv6 address. */
export function splitPattern(pattern: string, { hosts }: Inventory): readonly string[] {
  return split(pattern, ",").flatMap((part) =>
    hosts.has(part) || isIPv6(part.replace(/^[!&]/, "")) || part.startsWith("@") ? [part] : split(part, ":"),
  );
}

function split(text: string, separator: "," | ":"): string[] {
  const pattern = separator === "," ? /(?:\[[^\]]*\]|\{[^}]*\}|[^,])+/g : /(?:\[[^\]]*\]|[^:])+/g;
  return (text.match(pattern) ?? []).map((part) => part.trim()).filter((part) => part !== "");
}

function narrow(selected: Set<string>, sign: string, matched: ReadonlySet<string>): void {
  for (const name of selected) if (matched.has(name) === (sign === "!")) selected.delete(name);
}

function matches(part: string, inventory: Inventory): readonly string[] {
  if (inventory.hosts.has(part)) return [part];
  const { expression, isMatch, slice } = readPart(part);
  const groups = [...inventory.groups.keys()].filter(isMatch);
  const isWord = !/^~|[.?*[]/.test(expression);
  const hosts = isWord && groups.length > 0 ? [] : [...inventory.hosts.keys()].filter(isMatch);
  if (groups.length === 0 && hosts.length === 0) throw unknownPart(part, expression, inventory);
  const found = [...new Set([...groups.flatMap((name) => inventory.groups.get(name)!.hosts), ...hosts])];
  const sliced = slice(found);
  if (sliced.length === 0 && found.length > 0)
    throw noHost(`"${part}" is beyond the ${found.length} hosts of "${expression}"`, "count from 0");
  return sliced;
}

function linesOf(part: string, retryHosts: RetryHosts | undefined): readonly string[] {
  if (!retryHosts) throw noHost(`no list of hosts is known for "${part}"`, "name the hosts or groups");
  const lines = retryHosts(part)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0) throw noHost(`the list "${part}" names no hosts`, "name the hosts or groups");
  return lines;
}

function unknownPart(part: string, expression: string, { groups, hosts }: Inventory): InputError {
  const meant = nearest(expression, [...groups.keys(), ...hosts.keys()]);
  const { message, fix } = corrected(`no host or group matches "${part}"`, meant, SEE_GRAPH);
  return noHost(message, fix);
}

const noHost = (message: string, fix: string): InputError => new InputError({ code: "CLI004", message, fix });
