import { createHash } from "node:crypto";
import {
  type BenchHost,
  commands,
  directories,
  files,
  groups,
  lines,
  linesFile,
  links,
  packageNames,
  shell,
  units,
  users,
} from "./spec.ts";

/** Gives the text of a template for a host. */
export type Render = (template: string, host: BenchHost) => string;

/** Task by task, one after the other, with the processes that takes: what the best task-by-task runner could reach. */
export const naiveScript = (host: BenchHost, render: Render): string =>
  [prelude, ...taskCalls(host, render), ending].join("\n");

/**
 * The least that anything can do over one connection: eight commands look at everything,
 * and only when something is not as it should be is the work done task by task.
 */
export function batchedScript(host: BenchHost, render: Render): string {
  const looks = allLooks(host, render).map(({ command, expected }) => `[ "$(${command})" = ${quote(expected)} ]`);
  return [
    prelude,
    `everything_is_right() {\n${looks.join(" &&\n")}\n}`,
    `do_all() {\n${taskCalls(host, render).join("\n")}\n}`,
    "everything_is_right 2>/dev/null || do_all",
    ending,
  ].join("\n");
}

const ending = `echo "changed $changed"\n`;

const prelude = `export LC_ALL=C DEBIAN_FRONTEND=noninteractive
changed=0
units_are_stale=

done_now() { changed=$((changed + 1)); }

group() { getent group "$1" >/dev/null || { groupadd "$1" && done_now; }; }

user() {
  case $(getent passwd "$1") in
    *:"$3") [ "$(id -gn "$1")" != "$2" ] || return 0 ;;
  esac
  useradd --no-create-home --gid "$2" --shell "$3" "$1" && done_now
}

package() {
  [ "$(dpkg-query -W -f '${field("db:Status-Status")}' "$1" 2>/dev/null)" = installed ] ||
    { apt-get install --yes --quiet "$1" >/dev/null && done_now; }
}

directory() {
  [ "$(stat -c '%F %a %U %G' "$1" 2>/dev/null)" = "directory $2 root root" ] ||
    { mkdir -p "$1" && chown root:root "$1" && chmod "$2" "$1" && done_now; }
}

file() {
  if [ "$(stat -c '%F %a %U %G' "$1" 2>/dev/null)" = "regular file $2 $3 $4" ]; then
    case $(sha256sum "$1") in "$5 "*) return ;; esac
  fi
  (umask 077 && printf %s "$6" >"$1.new") && chown "$3:$4" "$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1" && done_now
}

unit() {
  before=$changed
  file "$@"
  [ "$changed" = "$before" ] || units_are_stale=yes
}

line() {
  if grep -qxF "$3" "$1"; then return; fi
  if grep -q "^$2 *=" "$1"; then sed -i "s/^$2 *=.*/$3/" "$1"; else echo "$3" >>"$1"; fi && done_now
}

service() {
  if [ "$units_are_stale" ]; then systemctl daemon-reload && units_are_stale=; fi
  systemctl --quiet is-enabled "$1" && systemctl --quiet is-active "$1" ||
    { systemctl --quiet enable --now "$1" && done_now; }
}

run_once() { [ -e "$1" ] || { touch "$1" && done_now; }; }

link() { [ "$(readlink "$1")" = "$2" ] || { ln -sfn "$2" "$1" && done_now; }; }
`;

const taskCalls = (host: BenchHost, render: Render): readonly string[] => [
  ...groups.map((name) => `group ${name}`),
  ...users.map(({ name, group }) => `user ${name} ${group} ${shell}`),
  ...packageNames.map((name) => `package ${name}`),
  ...directories.map(({ path, mode }) => `directory ${path} ${short(mode)}`),
  ...files.map((file) => `file ${fileArguments(file, render(file.template, host))}`),
  ...lines.map(({ key, line }) => `line ${linesFile} ${key} ${quote(line)}`),
  ...units.map((unit) => `unit ${fileArguments({ ...unit, ...ofRoot }, render(unit.template, host))}`),
  ...units.map(({ name }) => `service ${name}`),
  ...commands.map(({ creates }) => `run_once ${creates}`),
  ...links.map(({ path, target }) => `link ${path} ${target}`),
];

const ofRoot = { mode: "0644", owner: "root", group: "root" };

interface FileAttributes {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

const fileArguments = ({ path, mode, owner, group }: FileAttributes, text: string): string =>
  [path, short(mode), owner, group, sha256(text), quote(text)].join(" ");

/** A command that looks at many things at once, and what it prints when all of them are right. */
interface Look {
  readonly command: string;
  readonly expected: string;
}

const allLooks = (host: BenchHost, render: Render): readonly Look[] => [
  look("getent group", "| cut -d: -f1", groups, (name) => name),
  look("getent passwd", "| cut -d: -f1,7", users.map(nameOf), (name) => `${name}:${shell}`),
  look(
    `dpkg-query -W -f '${field("Package")} ${field("db:Status-Status")}\\n'`,
    "",
    [...packageNames].sort(),
    (name) => `${name} installed`,
  ),
  pathLook(),
  hashLook(host, render),
  {
    command: `grep -cxF ${lines.map(({ line }) => `-e ${quote(line)}`).join(" ")} ${linesFile}`,
    expected: String(lines.length),
  },
  {
    command: `systemctl show -P ActiveState -P UnitFileState ${units.map(nameOf).join(" ")}`,
    expected: units.map(() => "active\nenabled").join("\n\n"),
  },
  look(
    "stat -c %n",
    "",
    commands.map(({ creates }) => creates),
    (path) => path,
  ),
];

const nameOf = ({ name }: { readonly name: string }): string => name;

const look = (
  command: string,
  rest: string,
  subjects: readonly string[],
  right: (subject: string) => string,
): Look => ({
  command: `${command} ${subjects.join(" ")} ${rest}`.trim(),
  expected: subjects.map(right).join("\n"),
});

function pathLook(): Look {
  const rights = new Map([
    ...directories.map(({ path, mode }): [string, string] => [path, `'${path}' directory ${short(mode)} root root`]),
    ...[...files, ...units.map((unit) => ({ ...unit, ...ofRoot }))].map(
      ({ path, mode, owner, group }): [string, string] => [
        path,
        `'${path}' regular file ${short(mode)} ${owner} ${group}`,
      ],
    ),
    ...links.map(({ path, target }): [string, string] => [
      path,
      `'${path}' -> '${target}' symbolic link 777 root root`,
    ]),
  ]);
  return look("stat -c '%N %F %a %U %G'", "", [...rights.keys()], (path) => rights.get(path)!);
}

function hashLook(host: BenchHost, render: Render): Look {
  const hashes = new Map([...files, ...units].map(({ path, template }) => [path, sha256(render(template, host))]));
  return look("sha256sum", "", [...hashes.keys()], (path) => `${hashes.get(path)}  ${path}`);
}

/** A field in a format of dpkg-query(1). */
function field(name: string): string {
  return `\${${name}}`;
}

/** As stat(1) prints it. */
const short = (mode: string): string => mode.replace(/^0+/, "");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
