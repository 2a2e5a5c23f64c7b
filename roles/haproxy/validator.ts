import { dirname } from "node:path/posix";
import { type Command, type OsRelease, sh } from "ts-play";
import { CHROOT } from "./configuration.ts";

/** From RHEL 9 on the unit reads the files of this folder as well. */
const FRAGMENTS = "/etc/haproxy/conf.d";

/**
 * Whether a new file is good, tried beside all that haproxy will read with it. `-dW`: settings that would be ignored are
 * errors. Folders that are missing stop haproxy only when it starts, which would be too late.
 */
export function validator(family: OsRelease["family"], socket: string) {
  const folders = [...new Set([CHROOT, dirname(socket)])];
  const fragments = family === "redhat" ? FRAGMENTS : "";
  return (file: Parameters<typeof sh>[1]): Command => sh`for d in ${folders}; do
  [ -d "$d" ] || { echo "$d is missing; systemd-tmpfiles --create, or the package installed again, brings it back" >&2; exit 1; }
done
if [ -d ${fragments} ]; then set -- -f ${fragments}; else set --; fi
haproxy -c -dW -f ${file} "$@"`;
}
