import { defineProbe, sh } from "ts-play";

export interface TableServer {
  /** `10.0.0.11:6443` */
  readonly key: string;
  /** `Route` is direct routing; a server on the director itself shows as `Local` on some kernels. */
  readonly forward: string;
  readonly weight: number;
}

export interface TableService {
  /** `10.0.0.40:6443` */
  readonly key: string;
  readonly scheduler: string;
  readonly persistenceSeconds: number | undefined;
  readonly servers: readonly TableServer[];
}

/** The kernel's table of TCP services, as ipvsadm(8) prints it; undefined where there is no ipvsadm, or no IPVS in the kernel. */
export const ipvsTable = defineProbe<void, readonly TableService[] | undefined>({
  name: "ipvsTable",
  summary: "The kernel's table of virtual services and their real servers.",
  command: () => sh`ipvsadm -Ln`,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? parseTable(stdout) : undefined),
  bare: () => undefined,
});

/** Each service is a line that begins with its protocol; the lines of its servers begin with an arrow. */
export const parseTable = (text: string): readonly TableService[] =>
  text.split(/^(?=TCP |UDP |SCTP |FWM )/m).flatMap(serviceOf);

function serviceOf(section: string): readonly TableService[] {
  const [head = "", ...lines] = section.split("\n");
  const [, key, scheduler] = /^TCP\s+(\S+)\s+(\S+)/.exec(head) ?? [];
  if (key === undefined) return [];
  const persistence = /\bpersistent (\d+)/.exec(head)?.[1];
  const persistenceSeconds = persistence === undefined ? undefined : Number(persistence);
  return [{ key, scheduler: scheduler!, persistenceSeconds, servers: lines.flatMap(serverOf) }];
}

function serverOf(line: string): readonly TableServer[] {
  const [, key, forward, weight] = /^\s+->\s+(\S+:\d+)\s+(\S+)\s+(\d+)/.exec(line) ?? [];
  return key === undefined ? [] : [{ key, forward: forward!, weight: Number(weight) }];
}
