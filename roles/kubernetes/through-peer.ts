import { type Command, defineProbe, sh, z } from "ts-play";
import { ADMIN } from "./kubectl.ts";
import type { Stage } from "./node-state.ts";

/** What a control plane needs that has the endpoint's address itself. */
export const ownEndpoint = z.strictObject({
  address: z.ipv4().describe("the endpoint's address"),
  peers: z.array(z.ipv4()).readonly().describe("the other control planes, one of which is asked instead"),
});

/**
 * Behind LVS a control plane has the endpoint's address on `lo`, so that it always reaches itself, also while it has no apiserver.
 * Begins a script: until this ends, the names of the address stand for another control plane that answers, on this host alone. What
 * a script leaves that was killed, the role `osPrepare` puts right.
 */
export const throughPeer = (own: z.output<typeof ownEndpoint> | undefined): Command =>
  own === undefined
    ? sh``
    : sh`peer=
for one in ${own.peers}; do
  case $(curl -ks -o /dev/null --max-time 5 -w '%{http_code}' "https://$one:6443/readyz") in
    200 | 401) peer=$one; break ;;
  esac
done
[ -n "$peer" ] || { echo 'none of the other control planes answers at its port 6443' >&2; exit 1; }
hosts=$(cat /etc/hosts)
trap 'printf "%s\\n" "$hosts" >/etc/hosts' EXIT
trap 'exit 1' HUP INT TERM
printf '%s\\n' "$hosts" | awk -v own=${own.address} -v peer="$peer" '$1 == own { $1 = peer } { print }' >/etc/hosts
`;

interface Question {
  readonly name: string;
  readonly peers: readonly string[];
}

/**
 * Whether other control planes count a host among them, which they do from the end of its join on; undefined while none answers. Where
 * a join was interrupted before the host's own apiserver ran, nobody else can be asked behind LVS.
 */
export const countedByPeers = defineProbe<Question, boolean | undefined>({
  name: "countedByPeers",
  summary: "Whether other control planes know a host as one of them, asked at their own addresses.",
  command: ({ name, peers }) => sh`[ -s ${ADMIN} ] || exit 0
for one in ${peers}; do
  seen=$(kubectl --kubeconfig ${ADMIN} --server "https://$one:6443" --request-timeout=10s get nodes -l node-role.kubernetes.io/control-plane -o name 2>/dev/null) || continue
  if printf '%s\n' "$seen" | grep -qxF node/${name}; then echo yes; else echo no; fi
  exit
done`,
  parse: ({ stdout }) => (stdout.trim() === "" ? undefined : stdout.trim() === "yes"),
  bare: () => undefined,
  looksAt: () => ["tree:/etc/kubernetes"],
  timeoutMs: 60_000,
});

/** How far a host has come: one that the cluster does not answer has not come to the end of its join where no other control plane counts it. */
export const stageByPeers = (stage: Stage, counted: boolean | undefined): Stage =>
  stage === "silent" && counted === false ? "partial" : stage;

/** Whether a host is a control plane, for all that is known; one whose join was interrupted is none, and joining cleans it. */
export const isControlPlane = (stage: Stage, counted: boolean | undefined): boolean =>
  ["master", "silent"].includes(stageByPeers(stage, counted));
