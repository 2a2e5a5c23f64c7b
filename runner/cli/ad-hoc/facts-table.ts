import { failureCause } from "../../report/failure-text.ts";
import { oneLine } from "../../report/sanitize.ts";
import type { Facts, HostFacts } from "./host-facts.ts";

const GIB = 1024 ** 3;

interface Column {
  readonly title: string;
  readonly needs: keyof Facts;
  readonly cell: (facts: Facts) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: "name", needs: "hostName", cell: ({ hostName }) => hostName?.live },
  { title: "system", needs: "osRelease", cell: ({ osRelease }) => osRelease && `${osRelease.id} ${osRelease.version}` },
  { title: "arch", needs: "architecture", cell: ({ architecture }) => architecture?.name },
  { title: "cpus", needs: "cpus", cell: ({ cpus }) => cpus?.toString() },
  { title: "memory", needs: "memory", cell: ({ memory }) => memory && `${(memory.totalBytes / GIB).toFixed(1)} GiB` },
  { title: "packages", needs: "packageManager", cell: ({ packageManager }) => packageManager },
  { title: "gateway", needs: "defaultRoute", cell: ({ defaultRoute: way }) => way && (way.gateway ?? way.interface) },
  { title: "addresses", needs: "interfaces", cell: addressesOf },
  { title: "mounts", needs: "mountPoints", cell: ({ mountPoints }) => mountPoints?.length.toString() },
];

/** A line for each host, and a column for each fact that was asked for; hosts without an answer say why. */
export function factsTable(all: readonly HostFacts[], names: readonly (keyof Facts)[]): readonly string[] {
  const columns = COLUMNS.filter(({ needs }) => names.includes(needs));
  const rows = all.flatMap((one) =>
    one.state === "ok" ? [[one.host, ...columns.map((c) => cellOf(c, one.facts))]] : [],
  );
  const table = [["host", ...columns.map(({ title }) => title)], ...rows];
  const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
  const problems = all.flatMap((one) =>
    one.state === "ok" ? [] : [`${one.state.toUpperCase()} ${one.host}: ${failureCause(one.failure)}`],
  );
  return [...(rows.length > 0 ? lines : []), ...problems];
}

const cellOf = ({ cell }: Column, facts: Facts): string => oneLine(cell(facts) ?? "-");

/** Not those that every host has: of the loopback, and of one link. */
function addressesOf({ interfaces = [] }: Facts): string | undefined {
  const all = interfaces.flatMap(({ name, addresses }) =>
    name === "lo" ? [] : addresses.map(({ address }) => address),
  );
  return all.filter((address) => !address.startsWith("fe80:")).join(" ") || undefined;
}
