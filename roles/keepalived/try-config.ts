import { type Command, sh, type template } from "ts-play";
import { CONFIG, PARTS } from "./places.ts";

type TemporaryFile = Parameters<NonNullable<Parameters<typeof template>[0]["validate"]>>[0];

/**
 * `keepalived -t` means different things by the same exit code before and after 2.2.0, and its manual page has the old ones: 3, 4, 5
 * became 4, 5, 6, and 2 where a file cannot be read to its end. It is 0 for a missing or empty file from 2.2.5 on. From 2.2.5 to 2.2.7 it also takes itself for an orphan and sends itself SIGTERM
 * once it has looked at a script as another user than root (fixed in 2.2.8), so that signal is ignored here.
 */
const TRY = `try() {
  [ -s "$1" ] || { echo "$1 is empty" >&2; return 1; }
  code=0
  (trap '' TERM; exec keepalived -t -f "$1") || code=$?
  [ "$code" -ne 0 ] || return 0
  version=$(keepalived --version 2>&1 | sed -n '1s/^Keepalived v\\([0-9.]*\\).*/\\1/p')
  case $version in 2.[01].*) base=3 ;; *) base=4 ;; esac
  case $((code - base)) in
    0 | -2) why="it would not run" ;;
    1) why="it would run, with the errors above" ;;
    2) why="scripts would run without script security" ;;
    *) why="the configuration could not be tried" ;;
  esac
  echo "keepalived $version: $why (exit code $code)" >&2
  return 1
}`;

/** Whether the installed keepalived takes this whole configuration without any error. */
export const tryConfig = (file: TemporaryFile): Command => sh`sh -c ${`${TRY}\ntry "$1"`} try-config ${file}`;

/** The whole as it would be: the main file without its include, the other parts, and the new one. */
const TRY_PART = `${TRY}
whole=$(mktemp ${CONFIG}.XXXXXX) && trap 'rm -f "$whole"' EXIT
sed '/^include /d' ${CONFIG} >"$whole"
for part in ${PARTS}/*.conf; do
  [ "$part" = "$2" ] || [ ! -e "$part" ] || echo "include $part" >>"$whole"
done
echo "include $1" >>"$whole"
try "$whole"`;

/** For roles that own the part at `path`: whether keepalived takes its new text together with all the rest. */
export const tryPart =
  (path: string) =>
  (file: TemporaryFile): Command =>
    sh`sh -c ${TRY_PART} try-part ${file} ${path}`;
