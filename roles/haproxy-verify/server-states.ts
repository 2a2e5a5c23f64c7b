import { defineProbe, sh } from "ts-play";

/** One server of one service, as the running haproxy sees it. */
export interface ServerState {
  readonly service: string;
  readonly server: string;
  /** `UP`, `DOWN`, `UP 1/2` (on its way down), `DOWN 1/2` (on its way up), `DRAIN`, `NOLB`, `MAINT`, `no check` ... */
  readonly status: string;
  /** UTC, to the second. */
  readonly since: string;
  /** What the last check said: `L4CON Connection refused`. */
  readonly check: string;
}

/** The servers of a running haproxy, from its socket; undefined when none answers there. */
export const serverStates = defineProbe<string, readonly ServerState[] | undefined>({
  name: "serverStates",
  summary: "What a running haproxy says of its servers, and since when.",
  // -1 4 -1: of all proxies, the servers, all of them.
  command: (socket) => sh`date +%s
[ ! -S ${socket} ] || echo "show stat -1 4 -1" | timeout 10 socat -t 5 STDIO UNIX-CONNECT:${socket} 2>/dev/null || true`,
  parse: ({ stdout }) => {
    const [now = "", header, ...lines] = stdout.split("\n");
    if (!header?.startsWith("# ")) return undefined;
    const names = fieldsOf(header.slice(2));
    return lines
      .filter(Boolean)
      .map((line) => stateOf(new Map(fieldsOf(line).map((text, i) => [names[i]!, text])), now));
  },
  bare: () => undefined,
});

function stateOf(fields: ReadonlyMap<string, string>, now: string): ServerState {
  const field = (name: string): string => fields.get(name) ?? "";
  const since = new Date((Number(now) - Number(field("lastchg"))) * 1000);
  return {
    service: field("pxname"),
    server: field("svname"),
    status: field("status"),
    since: since.toISOString().replace(/\.\d+/, ""),
    check: `${field("check_status")} ${field("last_chk") || field("check_desc")}`.trim(),
  };
}

/** Texts with a comma or a quote in them stand in quotes, RFC 4180. */
const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
  );
