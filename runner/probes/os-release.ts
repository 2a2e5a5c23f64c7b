import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** Which distribution a host runs, as os-release(5) has it. */
export interface OsRelease {
  /** `debian`, `ubuntu`, `rocky` ... */
  readonly id: string;
  /** `12`, `24.04`; empty on rolling distributions. */
  readonly version: string;
  /** `bookworm`; empty where the distribution has none. */
  readonly codename: string;
  readonly family: "debian" | "redhat" | "other";
}

/** The distribution of a host. */
export const osRelease = defineProbe<void, OsRelease>({
  name: "osRelease",
  summary: "The distribution: id, version, codename and family.",
  command: () => sh`cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release`,
  parse: ({ stdout }) => describe(new Map(stdout.split("\n").flatMap(assignment))),
  looksAt: () => [],
  bare: () => ({ id: "debian", version: "12", codename: "bookworm", family: "debian" }),
});

function describe(fields: ReadonlyMap<string, string>): OsRelease {
  const id = fields.get("ID") ?? "linux";
  return {
    id,
    version: fields.get("VERSION_ID") ?? "",
    codename: fields.get("VERSION_CODENAME") ?? "",
    family: familyOf([id, ...(fields.get("ID_LIKE") ?? "").split(" ")]),
  };
}

function familyOf(ids: readonly string[]): OsRelease["family"] {
  if (ids.some((id) => ["debian", "ubuntu"].includes(id))) return "debian";
  return ids.some((id) => ["rhel", "fedora", "centos"].includes(id)) ? "redhat" : "other";
}

function assignment(line: string): readonly [string, string][] {
  const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, value!.replace(/^(["'])(.*)\1$/, "$2")]];
}
