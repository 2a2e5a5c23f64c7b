import { type Command, defineProbe, sh } from "ts-play";

/** Where a member keeps what it knows. */
export interface DataPlace {
  readonly dataDir: string;
  readonly walDir?: string | undefined;
}

/** The folder of a member's log. */
export const logOf = ({ dataDir, walDir }: DataPlace): string => walDir ?? `${dataDir}/member/wal`;

/**
 * Succeeds when a member has begun: etcd makes its log as soon as it knows its cluster, and from then on reads no start flags. A start
 * that failed before has left folders behind, but no log.
 */
export const hasLog = (place: DataPlace): Command => sh`ls ${logOf(place)} 2>/dev/null | grep -q '\\.wal$'`;

export const etcdHasLog = defineProbe<DataPlace, boolean>({
  name: "etcdHasLog",
  summary: "Whether a member of etcd has begun its log: then it knows its cluster.",
  command: hasLog,
  parse: ({ exitCode }) => exitCode === 0,
  looksAt: (place) => [`tree:${logOf(place) as `/${string}`}`],
  bare: () => false,
});
