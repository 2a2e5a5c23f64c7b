import { z } from "zod";
import { contentSize } from "../define/content.ts";
import { defineOperation } from "../define/operation.ts";
import { type Step, write } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileText } from "../probes/file-text.ts";
import { pathState } from "../probes/path-state.ts";
import { textChange } from "./content-change.ts";
import { writtenAfterwards } from "./path-effects.ts";

const PATH = "/etc/hosts";
const name = z
  .string()
  .regex(/^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)*$/, "is not a host name");

/** Keeps one line of /etc/hosts: an address and all names it has there. */
export const hostsEntry = defineOperation({
  name: "hostsEntry",
  summary: "Keeps names for an address in /etc/hosts, and no other address for these names.",
  args: z.strictObject({
    address: z.union([z.ipv4(), z.ipv6()]).describe("what the names stand for"),
    names: z.array(name).min(1).describe("names, the main one first"),
    state: z.enum(["present", "absent"]).default("present").describe("whether the names are there"),
  }),
  example: 'hostsEntry({ address: "192.0.2.10", names: ["api.example.org", "api"] })',
  subject: ({ address, names }) => `${address} ${names[0]}`,
  read: () => ({ text: fileText(PATH), state: pathState(PATH) }),
  plan: ({ args, current: { text: seen, state } }) => {
    if (state.type !== "file" && state.type !== "absent")
      throw new TaskRefusal(`${PATH} is a ${state.type}, not a file`);
    // All other names would be lost.
    if (state.type === "file" && seen === undefined) throw new TaskRefusal(`${PATH} changed while it was read`);
    const text = seen ?? "";
    const wanted = rewritten(text, args);
    if (wanted === text) return [];
    const { mode, owner, group } = state.type === "file" ? state : { mode: "0644", owner: "root", group: "root" };
    return [replacement(text, wanted, { mode, owner, group })];
  },
});

interface Entry {
  readonly address: string;
  readonly names: readonly string[];
  readonly state: "present" | "absent";
}

const replacement = (text: string, wanted: string, rights: { mode: string; owner: string; group: string }): Step =>
  write({
    path: PATH,
    content: wanted,
    ...rights,
    changes: [textChange(PATH, text === "" ? undefined : { size: contentSize(text), text }, wanted)],
    effects: writtenAfterwards(PATH, wanted, rights),
  });

/** The first line that has a name wins (hosts(5)), so the names are taken out of every other line of their address family. */
function rewritten(text: string, entry: Entry): string {
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const own = entry.state === "present" ? ownLine(lines, entry) : -1;
  const wanted = [entry.address, ...entry.names].join(" ");
  const kept = lines.flatMap(
    (line, i) => (i !== own ? without(line, entry) : wordsOf(line).join(" ") === wanted ? line : wanted) ?? [],
  );
  const result = entry.state === "present" && own < 0 ? [...kept, wanted] : kept;
  return result.join("\n") === lines.join("\n") ? text : `${result.join("\n")}\n`;
}

/** Where the entry is or was: the line of its address that begins with one of its names. */
const ownLine = (lines: readonly string[], { address, names }: Entry): number =>
  lines.findIndex((line) => wordsOf(line)[0] === address && names.includes(wordsOf(line)[1] ?? ""));

/** The line without these names; undefined when no name is left. Other families and comments stay. */
function without(line: string, { names, address }: Entry): string | undefined {
  const [first, ...words] = wordsOf(line);
  if (
    first === undefined ||
    first.includes(":") !== address.includes(":") ||
    !words.some((word) => names.includes(word))
  )
    return line;
  const left = words.filter((word) => !names.includes(word));
  const comment = /\s*#.*$/.exec(line)?.[0] ?? "";
  return left.length === 0 ? undefined : `${first} ${left.join(" ")}${comment}`;
}

const wordsOf = (line: string): readonly string[] => line.replace(/#.*/, "").trim().split(/\s+/).filter(Boolean);
