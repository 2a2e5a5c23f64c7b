import { change, predict, run, type Step, sh } from "ts-play";
import { type DataPlace, etcdHasLog } from "./has-log.ts";

/** Data that a process still writes to is left where it is. There may be no such unit, or it may be stopped already. */
const STOPPED = sh`systemctl stop etcd.service || :
set -e
case $(systemctl is-active etcd.service || :) in
  inactive | failed | unknown) ;;
  *) echo "etcd.service does not stop, so its data stays where it is" >&2; exit 1 ;;
esac`;

/**
 * Stops a member and moves its data into a folder beside it, such as `removed-20260102T030405Z`: on the same disk, so that nothing is
 * copied and a data directory that is a disk of its own stays where it is.
 */
export const setAside = (place: DataPlace, label: string): Step =>
  run(
    sh`${STOPPED}
aside=${label}-$(date -u +%Y%m%dT%H%M%SZ)
for folder in ${foldersOf(place)}; do
  [ -d "$folder" ] || continue
  cd "$folder"
  for entry in member joined restored *.wal *.wal.broken 0.tmp; do
    [ -e "$entry" ] || continue
    [ -d "$aside" ] || { mkdir -m 0700 "$aside"; chown etcd:etcd "$aside"; }
    mv "$entry" "$aside/"
  done
done
sync`,
    { changes: [change(place.dataDir, "holds data", `set aside as ${label}-<time>`)], effects: noLog(place) },
  );

/** Stops a member and removes its data for good. */
export const erase = (place: DataPlace): Step =>
  run(
    sh`${STOPPED}
for folder in ${foldersOf(place)}; do
  [ -d "$folder" ] || continue
  cd "$folder"
  rm -rf member joined restored *.wal *.wal.broken 0.tmp
done`,
    { changes: [change(place.dataDir, "holds data", "removed")], effects: noLog(place) },
  );

const foldersOf = ({ dataDir, walDir }: DataPlace): readonly string[] => [
  dataDir,
  ...(walDir === undefined ? [] : [walDir]),
];

const noLog = (place: DataPlace) => [predict(etcdHasLog(place), false)];
