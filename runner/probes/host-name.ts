import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export interface HostName {
  /** What the kernel answers now. */
  readonly live: string;
  /** What `/etc/hostname` has for the next boot; empty without the file. */
  readonly stored: string;
}

/** The host's own name, now and after a restart; hostname(5). */
export const hostName = defineProbe<void, HostName>({
  name: "hostName",
  summary: "The host's own name, live and stored.",
  command: () => sh`cat /proc/sys/kernel/hostname; cat /etc/hostname 2>/dev/null || true`,
  parse: ({ stdout }) => {
    const [live = "", ...stored] = stdout.split("\n").map((line) => line.trim());
    return { live, stored: stored.find((line) => line !== "" && !line.startsWith("#")) ?? "" };
  },
  looksAt: () => ["hostname", "path:/etc/hostname"],
  bare: () => ({ live: "localhost", stored: "localhost" }),
});
