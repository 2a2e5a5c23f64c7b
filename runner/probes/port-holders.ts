import { sh } from "../define/command.ts";
import { type CommandResult, defineProbe } from "../define/probe.ts";
import { listeningPorts } from "./listening-ports.ts";

export interface PortHolder {
  /** `0.0.0.0` and `::` stand for all addresses of their family, `*` for those of both. */
  readonly address: string;
  readonly port: number;
  /** Names of the processes that hold the socket; undefined where the host cannot say. */
  readonly processes: readonly string[] | undefined;
}

/** TCP sockets that are listened on, and by whom: from `ss`, as root; without it `/proc` at least says which. */
export const portHolders = defineProbe<void, readonly PortHolder[]>({
  name: "portHolders",
  summary: "TCP ports that are listened on, with the processes that hold them; needs root, and `ss` to tell names.",
  command: () => sh`if command -v ss >/dev/null 2>&1; then ss -H -l -t -n -p
else for p in tcp tcp6; do echo "$p"; cat "/proc/net/$p" 2>/dev/null; done; true; fi`,
  parse: (result) => (result.stdout.startsWith("tcp\n") ? fromProc(result) : fromSs(result)),
  bare: () => [{ address: "0.0.0.0", port: 22, processes: ["sshd"] }],
});

/** There a socket for both families reads like one for IPv6 alone, so `::` is taken for both. */
const fromProc = (result: CommandResult): readonly PortHolder[] =>
  listeningPorts
    .parse(result, [undefined])
    .flat()
    .map(({ address, port }) => ({ address: address === "::" ? "*" : address, port, processes: undefined }));

function fromSs({ stdout, stderr, exitCode }: CommandResult): readonly PortHolder[] {
  if (exitCode !== 0) throw new Error(`ss failed: ${stderr.trim()}`);
  return stdout.split("\n").filter(Boolean).map(holderOf);
}

/** `LISTEN 0 511 [::]:80 [::]:* users:(("nginx",pid=355,fd=6),("nginx",pid=354,fd=6))`; a scope follows an address as `%lo`. */
function holderOf(line: string): PortHolder {
  const [, address, port] = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line) ?? [];
  if (address === undefined) throw new Error(`ss answered with an unexpected line: ${line}`);
  const names = [...line.matchAll(/\("([^"]+)",pid=/g)].map(([, name]) => name!);
  return {
    address: address.replace(/%.*$/, "").replace(/^\[(.*)\]$/, "$1"),
    port: Number(port),
    processes: names.length > 0 ? [...new Set(names)] : undefined,
  };
}
