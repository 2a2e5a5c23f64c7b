import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { type GroupAccount, groupAccount } from "../probes/group-account.ts";
import { accountName } from "./account-name.ts";

/** Keeps a group of users. */
export const group = defineOperation({
  name: "group",
  summary: "Keeps a group of users, perhaps with this id.",
  args: z.strictObject({
    name: accountName.regex(/\D/, "a number is not a name").describe("the group's name"),
    gid: z.int().min(0).optional().describe("its id; without it the host chooses"),
    system: z.boolean().default(false).describe("takes the id of a new group from the range for services"),
    state: z.enum(["present", "absent"]).default("present").describe("whether there is such a group"),
  }),
  example: 'group({ name: "etcd", system: true })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ group: groupAccount(name) }),
  plan: ({ args, current: { group: now } }) => {
    if (args.state === "absent") return now === undefined ? [] : [removal(args.name, now)];
    if (now === undefined) return [creation(args)];
    return args.gid === undefined || args.gid === now.gid ? [] : [renumbering(args.name, now, args.gid)];
  },
});

const creation = ({ name, gid, system }: { name: string; gid?: number | undefined; system: boolean }): Step =>
  run(sh`groupadd ${[...(system ? ["--system"] : []), ...(gid === undefined ? [] : ["--gid", gid]), name]}`, {
    changes: [change("group", "absent", "present"), ...(gid === undefined ? [] : [change("gid", undefined, gid)])],
    // The host chooses the number when nobody names one.
    effects: [predict(groupAccount(name), () => ({ gid: gid ?? -1, members: [] }))],
    touches: touchesOf(name),
  });

const renumbering = (name: string, now: GroupAccount, gid: number): Step =>
  run(sh`groupmod --gid ${gid} ${name}`, {
    changes: [change("gid", now.gid, gid)],
    effects: [predict(groupAccount(name), () => ({ ...now, gid }))],
    touches: NAMES,
  });

const removal = (name: string, now: GroupAccount): Step =>
  run(sh`groupdel ${name}`, {
    changes: [change("group", `gid ${now.gid}`, "absent")],
    effects: [predict(groupAccount(name), undefined)],
    touches: NAMES,
  });

/** Owners of files are known by name, so the answer for any path may be another one now. */
const NAMES = ["everything"] as const;

const touchesOf = (name: string) => [`group:${name}`, "accounts"] as const;
