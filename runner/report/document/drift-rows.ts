import type { DriftDocument } from "./drift-document.ts";

/** What is said of drift in one line, and all hosts of which the same is true. */
export interface DriftRow {
  readonly state: "unknown" | DriftDocument["findings"][number]["status"] | DriftDocument["closed"][number]["how"];
  readonly hosts: readonly string[];
  /** "" for a host as a whole. */
  readonly task: string;
  readonly since: string;
  readonly what: string;
  readonly follows?: string | undefined;
}

/** The lines of a drift check: what is unknown first, then what differs, then what is over. */
export function driftRows({ unread, findings, closed }: DriftDocument): readonly DriftRow[] {
  const rows: readonly DriftRow[] = [
    ...unread.map(({ host, since, cause }) => ({
      state: "unknown" as const,
      hosts: [host],
      task: "",
      since,
      what: cause,
    })),
    ...findings.map(({ host, status, task, since, what, follows }) => ({
      state: status,
      hosts: [host],
      task,
      since,
      what,
      follows,
    })),
    ...closed.map(({ host, how, task, since }) => ({ state: how, hosts: [host], task, since, what: "" })),
  ];
  const merged = new Map<string, DriftRow>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, hosts: [] });
    const known = merged.get(key);
    merged.set(key, known === undefined ? row : { ...known, hosts: [...known.hosts, ...row.hosts] });
  }
  return [...merged.values()];
}
