import { type Command, sh } from "../define/command.ts";

/**
 * Shell text that makes a private folder "$w" in a folder and takes it away again, whatever ends the script; one that a host
 * without power left behind goes first. The same file system as the target makes the last step a rename(2). dash runs no
 * EXIT trap when a signal ends it, hence the second trap; the name is known before the folder is there.
 */
export const privatePlace = (folder: string): Command => sh`d=${folder}
for o in "\${d%/}"/.ts-play-*; do [ ! -e "$o" ] || rm -rf -- "$o"; done
w=$(mktemp -du -- "\${d%/}/.ts-play-XXXXXXXXXX")
trap 'rm -rf -- "$w"' EXIT
trap 'exit 143' HUP INT TERM
mkdir -m 700 -- "$w"`;
