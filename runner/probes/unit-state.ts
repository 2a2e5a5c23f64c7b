import { sh } from "../define/command.ts";
import type { Footprint } from "../define/footprint.ts";
import { type CommandResult, defineVectorProbe } from "../define/probe.ts";
import { isUnitName, unitName } from "./unit-name.ts";

/** A unit as `systemctl show` tells of it, in systemd's own words (org.freedesktop.systemd1(5)). */
export interface UnitState {
  /** The unit's main name; another one than asked for when that was an alias. */
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`; `no-systemd` on a host that runs none. */
  readonly load: string;
  /** `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating`. */
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, `indirect`, `generated`, `masked` ...; empty when there is no unit file. */
  readonly file: string;
  readonly needsDaemonReload: boolean;
  /** The unit's own file; empty when there is none. */
  readonly path: string;
  /** `Type=` of a service; empty for other units. */
  readonly type: string;
  readonly remainsAfterExit: boolean;
}

const PROPERTIES = "Id,LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,FragmentPath,Type,RemainAfterExit";

/** State of systemd units; one `systemctl show` answers for all. Names without suffix are services. */
export const unitState = defineVectorProbe<string, UnitState>({
  name: "unitState",
  summary: "Whether a systemd unit is there, running, enabled, masked and read since its file changed.",
  // One template among the names makes systemctl leave out all that follow it, so such names are not asked for.
  command: (names) =>
    askable(names).length === 0 ? sh`true` : sh`systemctl show --property=${PROPERTIES} -- ${askable(names)}`,
  parse: (result, names) => {
    if (hasNoSystemd(result)) return names.map((name) => ({ ...absent(name), load: "no-systemd" }));
    const asked = askable(names);
    const blocks = asked.length === 0 ? [] : result.stdout.split("\n\n").map(propertiesOf);
    // Every unit has an Id, one that is not there too; without it nothing was answered (the bus is gone).
    if (blocks.length !== asked.length || blocks.some((block) => !block.get("Id")))
      throw new Error(`systemctl show failed: ${result.stderr.trim()}`);
    return names.map((name) => stateOf(blocks[asked.indexOf(unitName(name))], name));
  },
  looksAt: (name) => [`unit:${unitName(name)}`, ...unitFiles(unitName(name))],
  bare: (name) => absent(name),
  normalise: unitName,
});

const askable = (names: readonly string[]): readonly string[] => [...new Set(names.filter(isUnitName).map(unitName))];

/** A host without systemd, or one where it is installed and does not run (a container, a chroot). */
const hasNoSystemd = ({ exitCode, stderr }: CommandResult): boolean =>
  exitCode === 127 || /not been booted with systemd|Running in chroot/.test(stderr);

const propertiesOf = (block: string): ReadonlyMap<string, string> =>
  new Map(
    block.split("\n").flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );

function stateOf(properties: ReadonlyMap<string, string> | undefined, name: string): UnitState {
  if (properties === undefined) return absent(name);
  const value = (property: string): string => properties.get(property) ?? "";
  return {
    id: value("Id"),
    load: value("LoadState"),
    active: value("ActiveState"),
    sub: value("SubState"),
    file: value("UnitFileState"),
    needsDaemonReload: value("NeedDaemonReload") === "yes",
    path: value("FragmentPath"),
    type: value("Type"),
    remainsAfterExit: value("RemainAfterExit") === "yes",
  };
}

const absent = (name: string): UnitState => ({
  id: unitName(name),
  load: "not-found",
  active: "inactive",
  sub: "dead",
  file: "",
  needsDaemonReload: false,
  path: "",
  type: "",
  remainsAfterExit: false,
});

const FOLDERS = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/** Where the unit's file and its drop-ins lie, systemd.unit(5); the unit of an instance is made from its template. */
function unitFiles(name: string): readonly Footprint[] {
  const template = name.replace(/@.+(?=\.)/, "@");
  return [...new Set([name, template])].flatMap((file) =>
    FOLDERS.flatMap((folder): Footprint[] => [
      `path:${folder as `/${string}`}/${file}`,
      `tree:${folder as `/${string}`}/${file}.d`,
    ]),
  );
}
