import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";

export interface GroupAccount {
  readonly gid: number;
  readonly members: readonly string[];
}

/** A group as getent(1) knows it; undefined when there is none. */
export const groupAccount = defineVectorProbe<string, GroupAccount | undefined>({
  name: "groupAccount",
  summary: "Id and members of a group.",
  command: (names) => sh`getent group ${names} || [ $? = 2 ]`,
  parse: ({ stdout, exitCode, stderr }, names) => {
    if (exitCode !== 0) throw new Error(`getent failed: ${stderr.trim()}`);
    const found = new Map(groupsOf(stdout));
    return names.map((name) => found.get(name));
  },
  looksAt: (name) => [`group:${name}`, "account-files"],
  bare: (name) => (name === "root" ? { gid: 0, members: [] } : undefined),
});

/** The lines of group(5). */
export const groupsOf = (text: string): readonly [string, GroupAccount][] =>
  text.split("\n").flatMap((line) => {
    const [name, , gid, members = ""] = line.split(":");
    return gid === undefined ? [] : [[name!, { gid: Number(gid), members: members.split(",").filter(Boolean) }]];
  });
