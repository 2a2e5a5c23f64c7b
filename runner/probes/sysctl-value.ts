import { sh } from "../define/command.ts";
import type { Footprint } from "../define/footprint.ts";
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
  looksAt: (key) => [`sysctl:${sysctlKey(key)}`, ...familyOf(key)],
  bare: () => "0",
});

/** Words of a value are separated by tabs or blanks; they mean the same to the kernel. */
export const normalValue = (value: string): string => value.trim().replace(/\s+/g, " ");

/** One spelling for `net/ipv4/conf/eth0.1/rp_filter` and `net.ipv4.conf.eth0/1.rp_filter`: sysctl.d(5), the first separator decides. */
export const sysctlKey = (key: string): string => (/^[^./]*\./.test(key) ? key : swap(key));

/** The file of a setting under `/proc/sys`. */
export const sysctlPath = (key: string): string => `/proc/sys/${swap(sysctlKey(key))}`;

/** What setting this may change: the kernel sets some others with it (Documentation/admin-guide/sysctl/vm.rst, networking/ip-sysctl.rst). */
export const settingsSetWith = (key: string): readonly Footprint[] => [
  `sysctl:${sysctlKey(key)}`,
  ...(SETS_OTHERS.test(sysctlKey(key)) ? familyOf(key) : []),
];

/** That of all interfaces is copied to each; forwarding resets what differs between hosts and routers; one of a pair clears the other. */
const SETS_OTHERS = /^net\.ipv[46]\.conf\.all\.|^net\.ipv4\.ip_forward$|forwarding$|^vm\./;

const FAMILIES: readonly (readonly [RegExp, Footprint])[] = [
  [/^net\.ipv4\.(?:conf\.|ip_forward$)/, "sysctl:net.ipv4.conf"],
  [/^net\.ipv6\.conf\./, "sysctl:net.ipv6.conf"],
  [/^vm\.dirty_background_/, "sysctl:vm.dirty_background"],
  [/^vm\.dirty_(?:bytes|ratio)$/, "sysctl:vm.dirty"],
  [/^vm\.overcommit_/, "sysctl:vm.overcommit"],
];

const familyOf = (key: string): readonly Footprint[] =>
  FAMILIES.flatMap(([pattern, family]) => (pattern.test(sysctlKey(key)) ? [family] : []));

const swap = (text: string): string => text.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
