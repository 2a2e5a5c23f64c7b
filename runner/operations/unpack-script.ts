import { type Command, sh } from "../define/command.ts";
import { fetchScript, verifyFunction } from "./fetch-script.ts";
import { privatePlace } from "./private-place.ts";

/** What is unpacked where. */
export interface Unpacking {
  readonly path: string;
  readonly archive?: string | undefined;
  readonly url?: readonly string[] | undefined;
  readonly sha256: string;
  readonly strip: number;
  readonly owner: string;
  readonly group: string;
  readonly stampPath: string;
  readonly stampText: string;
}

/**
 * Unpacks into a private folder, looks at what came out, and only then moves it to its place, each file by rename(2), the
 * stamp last. Needs tar, find, sort and uniq; works with those of GNU and of busybox.
 */
export const unpackScript = (
  what: Unpacking,
): Command => sh`# unpack ${what.archive ?? what.url ?? []} into ${what.path}
set -eu
umask 022
f=${what.path}
mkdir -p -- "$f"
${privatePlace(what.path)}
refuse() { echo "the archive is refused: $*" >&2; exit 65; }
${archiveToT(what)}
${refuseNames}
mkdir -- "$w/tree"
tar -xo"$z"f "$t" -C "$w/tree" --no-same-permissions --strip-components ${what.strip}
cd -- "$w/tree"
${refuseKinds}
${refuseLinks}
chown -hR ${`${what.owner}:${what.group}`} .
${place}
( place . "\${f%/}" )
printf %s ${what.stampText} >"$w/stamp"
sync -f -- "$f" 2>/dev/null || sync
mv -fT -- "$w/stamp" ${what.stampPath}
sync -- "$f"`;

const archiveToT = ({ archive, url, sha256 }: Unpacking): Command =>
  archive === undefined
    ? sh`t=$w/archive
${fetchScript(url ?? [], sha256)}`
    : sh`t=${archive}
[ -f "$t" ] || { echo "there is no archive "${archive} >&2; exit 66; }
${verifyFunction(sha256)}
verify "$t" || exit 1`;

/**
 * GNU tar finds out itself how the archive is packed, busybox must be told. Both would quietly take "/" and "../" off the
 * names; busybox does so in its list, too, but says it.
 */
const refuseNames = sh`for z in '' z J j none; do
  [ "$z" != none ] || { cat "$w/said" >&2; refuse "tar cannot read it"; }
  if tar -t"$z"f "$t" >"$w/names" 2>"$w/said$z"; then break; fi
done
while IFS= read -r n; do
  case "/$n/" in //*|*/../*) refuse "$n would be outside of the folder" ;; esac
done <"$w/names"
while IFS= read -r n; do
  case $n in *"emoving leading"*) refuse "$n" ;; esac
done <"$w/said$z"`;

const refuseKinds = sh`n=$(find . ! -type f ! -type d ! -type l)
[ -z "$n" ] || refuse "$n is neither a file nor a folder nor a link"
n=$(find . -name '*
*')
[ -z "$n" ] || refuse "$n has a line break in its name"`;

/**
 * A symbolic link may go up no further than its own depth, and only at its beginning: `a/link/../..` could leave by another
 * link. A hard link must have all its names inside.
 */
const refuseLinks = sh`find . -type l >"$w/links"
while IFS= read -r l; do
  a=$(readlink "$l") up=$a in=\${l#./}
  case $a in /*) refuse "$l points to $a" ;; esac
  while case $up in ..|../*|./*) true ;; *) false ;; esac; do
    case $up in
      ./*) up=\${up#./} ;;
      *) case $in in */*) in=\${in#*/} ;; *) refuse "$l points to $a, outside of the folder" ;; esac
         case $up in ..) up= ;; *) up=\${up#../} ;; esac ;;
    esac
  done
  case "/$up/" in */../*) refuse "$l points to $a, which may be outside of the folder" ;; esac
done <"$w/links"
find . -type f -links +1 -exec stat -c '%h %i' -- {} + | sort | uniq -c >"$w/hard"
while read -r count links inode; do
  [ "$count" -eq "$links" ] || refuse "a hard link to inode $inode outside of the folder"
done <"$w/hard"`;

/** Folders that are there already are filled; all else is renamed into its place, so that running programs keep their file. */
const place = sh`place() {
  for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$e" ] || [ -L "$e" ] || continue
    n=$2/\${e##*/}
    if ! [ -d "$n" ] || [ -L "$n" ]; then mv -fT -- "$e" "$n" || exit 1
    elif [ -d "$e" ] && ! [ -L "$e" ]; then ( place "$e" "$n" ) || exit 1
    else echo "$n is a folder" >&2; exit 1; fi
  done
}`;
