import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";

export interface InstalledPackage {
  readonly version: string;
  /** Kept at this version by `apt-mark hold`. */
  readonly held: boolean;
}

const RPM = "%{NAME}\\tinstall\\tinstalled\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n";
const DPKG = ["Package", "db:Status-Want", "db:Status-Status", "Version", "Architecture"]
  .map((field) => `\${${field}}`)
  .join("\\t");

/**
 * An installed package; undefined when it is not, or was left half installed or removed with its configuration kept.
 * Names both of Debian's and of rpm's world are asked for in one process.
 */
export const installedPackage = defineVectorProbe<string, InstalledPackage | undefined>({
  name: "installedPackage",
  summary: "Version of an installed package, and whether it is held.",
  command: (names) =>
    sh`if command -v dpkg-query >/dev/null 2>&1; then dpkg-query -W -f ${`${DPKG}\\n`} -- ${names} || [ $? = 1 ]; else rpm -q --qf ${RPM} -- ${names} || true; fi 2>/dev/null`,
  parse: ({ stdout, exitCode }, names) => {
    // dpkg-query(1): 1 when a package is not known, 2 when nothing could be read.
    if (exitCode !== 0) throw new Error("the database of packages cannot be read");
    const found = new Map(stdout.split("\n").flatMap(packageOf));
    return names.map((name) => found.get(name));
  },
  looksAt: () => ["packages"],
  bare: () => undefined,
});

function packageOf(line: string): readonly [string, InstalledPackage][] {
  const [name, want, status, version, architecture] = line.split("\t");
  if (status !== "installed") return [];
  const found = { version: version!, held: want === "hold" };
  return [
    [name!, found],
    [`${name}:${architecture}`, found],
  ];
}
