import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";
import { groupsOf } from "./group-account.ts";

export interface UserAccount {
  readonly uid: number;
  /** Name of the primary group; its number as text when no group has that id. */
  readonly group: string;
  /** Names of the other groups, sorted. */
  readonly groups: readonly string[];
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** A user as getent(1) knows it; undefined when there is none. The password is no part of the answer. */
export const userAccount = defineVectorProbe<string, UserAccount | undefined>({
  name: "userAccount",
  summary: "Ids, groups, home and shell of a user.",
  command: (names) => sh`{ getent passwd ${names} || [ $? = 2 ]; } && echo && getent group`,
  parse: ({ stdout, exitCode, stderr }, names) => {
    if (exitCode !== 0) throw new Error(`getent failed: ${stderr.trim()}`);
    const [users = "", groups = ""] = stdout.split(/^\n/m);
    return names.map((name) => accountOf(name, users, groups));
  },
  looksAt: (name) => [`user:${name}`, "account-files"],
  bare: (name) => (name === "root" ? ROOT : undefined),
});

const ROOT: UserAccount = { uid: 0, group: "root", groups: [], comment: "root", home: "/root", shell: "/bin/bash" };

function accountOf(name: string, users: string, groupText: string): UserAccount | undefined {
  const line = users.split("\n").find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid, comment = "", home = "", shell = ""] = line.split(":");
  const groups = groupsOf(groupText);
  const primary = groups.find(([, group]) => group.gid === Number(gid))?.[0] ?? gid!;
  const others = groups.filter(([, { members }]) => members.includes(name)).map(([group]) => group);
  return { uid: Number(uid), group: primary, groups: [...others].sort(), comment, home, shell };
}
