import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";

/**
 * The live value of a kernel setting, words separated by one blank; undefined when this kernel does not have it.
 * Not the shell's `read`: dash reads byte by byte, and the kernel answers only the first read of a list of numbers.
 */
export const sysctlValue = defineVectorProbe<string, string | undefined>({
  name: "sysctlValue",
  summary: "The live value of a kernel setting.",
  command: (keys) => sh`grep -Hs '' ${keys.map(sysctlPath)} || true`,
  parse: ({ stdout }, keys) => {
    const lines = stdout.split("\n").map((line) => line.split(/:(.*)/s));
    const values = new Map(lines.reverse().map(([path, value = ""]) => [path, normalValue(value)]));
    return keys.map((key) => values.get(sysctlPath(key)));
  },
  normalise: (key) => sysctlKey(key),
  looksAt: (key) => [`sysctl:${sysctlKey(key)}`],
  bare: () => "0",
});

/** Words of a value are separated by tabs or blanks; they mean the same to the kernel. */
export const normalValue = (value: string): string => value.trim().replace(/\s+/g, " ");

/** One spelling for `net/ipv4/conf/eth0.1/rp_filter` and `net.ipv4.conf.eth0/1.rp_filter`: sysctl.d(5), the first separator decides. */
export const sysctlKey = (key: string): string => (/^[^./]*\./.test(key) ? key : swap(key));

/** The file of a setting under `/proc/sys`. */
export const sysctlPath = (key: string): string => `/proc/sys/${swap(sysctlKey(key))}`;

const swap = (text: string): string => text.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
