import { z } from "zod";
import { sh } from "../define/command.ts";
import type { Footprint } from "../define/footprint.ts";
import { defineOperation } from "../define/operation.ts";
import { reveal, secretHash, secretText, secretWith } from "../define/secret.ts";
import { type Change, change, predict, run, type Step } from "../define/step.ts";
import { groupAccount } from "../probes/group-account.ts";
import { passwordFingerprint } from "../probes/password-fingerprint.ts";
import { type UserAccount, userAccount } from "../probes/user-account.ts";
import { absolutePath } from "./absolute-path.ts";
import { accountName } from "./account-name.ts";

const groupName = accountName.regex(/\D/, "groups are named, not numbered");

const args = z.strictObject({
  name: accountName.regex(/\D/, "a number is not a name").describe("the user's name"),
  uid: z.int().min(0).optional().describe("its id; without it the host chooses"),
  group: groupName
    .optional()
    .describe("primary group, which must be there; without it a new user gets one of its own name"),
  groups: z.array(groupName).optional().describe("other groups, which must be there; without it they are left alone"),
  keepOtherGroups: z.boolean().default(false).describe("stays in groups that are not named in `groups`"),
  home: absolutePath.optional().describe("home folder; that of an existing user is not moved"),
  createHome: z
    .boolean()
    .optional()
    .describe("makes the home folder of a new user; by default unless it is a `system` user"),
  shell: absolutePath.optional().describe("login shell"),
  comment: z
    .string()
    .regex(/^[^:\n\0]*$/)
    .optional()
    .describe("what the user is for (GECOS field)"),
  system: z.boolean().default(false).describe("takes the id of a new user from the range for services"),
  passwordHash: secretText((hash) => (/^[^:\s]+$/.test(hash) ? undefined : "is not a hash as crypt(5) makes it"))
    .optional()
    .describe("crypt(5) hash of the password, or `!` for none; without it the password is left alone"),
  state: z.enum(["present", "absent"]).default("present").describe("whether there is such a user"),
  removeHome: z.boolean().default(false).describe("with `absent`: removes the home folder and the mail as well"),
});

type Args = z.output<typeof args>;

/** Keeps a user of the host. */
export const user = defineOperation({
  name: "user",
  summary: "Keeps a user: ids, groups, home, shell, password hash.",
  args,
  example: 'user({ name: "etcd", system: true, home: "/var/lib/etcd", shell: "/usr/sbin/nologin" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ account: userAccount(name), password: passwordFingerprint(name) }),
  plan: ({ args, current: { account, password } }) => {
    if (args.state === "absent") return account === undefined ? [] : [removal(args, account)];
    return [
      ...(account === undefined ? [creation(args)] : modification(args, account)),
      ...passwording(args, password),
    ];
  },
});

/** Owners of files are known by name, and usermod(8) hands on what is in the home folder, so the answer for any path may be another one now. */
const NAMES: readonly Footprint[] = ["everything"];

const touchesOf = (name: string, groups: readonly string[] = []): readonly Footprint[] => [
  `user:${name}`,
  "accounts",
  ...groups.map((group) => `group:${group}` as const),
];

/** useradd(8) takes its umask for the home folder from login.defs, not from the shell. */
function creation(given: Args): Step {
  const { name, home, system, createHome = !system } = given;
  const wanted = wantedOf(given);
  const options = optionsFor(Object.keys(wanted) as (keyof Wanted)[], wanted);
  return run(
    sh`useradd ${[...(system ? ["--system"] : []), createHome ? "--create-home" : "--no-create-home", ...options, name]}`,
    {
      changes: [change("user", "absent", "present"), ...changesTo(undefined, wanted)],
      effects: [
        predict(userAccount(name), () => ({ ...newcomer(given), ...wanted })),
        predict(groupAccount(wanted.group ?? name), (before) => before ?? { gid: -1, members: [] }),
      ],
      touches: [
        ...touchesOf(name, [name, ...(given.groups ?? [])]),
        `tree:${(home ?? `/home/${name}`) as `/${string}`}`,
      ],
    },
  );
}

/** What the host fills in. */
const newcomer = ({ name }: Args): UserAccount => ({
  uid: -1,
  group: name,
  groups: [],
  comment: "",
  home: `/home/${name}`,
  shell: "/bin/sh",
});

type Wanted = Partial<UserAccount>;

function wantedOf({ uid, group, groups, home, shell, comment, keepOtherGroups }: Args, now?: UserAccount): Wanted {
  const all = groups && [...new Set([...groups, ...(keepOtherGroups ? (now?.groups ?? []) : [])])].sort();
  return Object.fromEntries(
    Object.entries({ uid, group, groups: all, home, shell, comment }).filter(([, value]) => value !== undefined),
  );
}

const OPTIONS: Readonly<Record<keyof UserAccount, string>> = {
  uid: "--uid",
  group: "--gid",
  groups: "--groups",
  home: "--home",
  shell: "--shell",
  comment: "--comment",
};

const optionsFor = (attributes: readonly (keyof Wanted)[], wanted: Wanted): readonly string[] =>
  attributes.flatMap((attribute) => [OPTIONS[attribute], String(wanted[attribute])]);

const changesTo = (now: UserAccount | undefined, wanted: Wanted): readonly Change[] =>
  (Object.keys(wanted) as (keyof Wanted)[]).map((attribute) =>
    change(attribute, now && text(now[attribute]), text(wanted[attribute])),
  );

const text = (value: unknown): unknown => (Array.isArray(value) ? value.join(",") || "(none)" : value);

function modification(given: Args, now: UserAccount): readonly Step[] {
  const { name } = given;
  const wanted = wantedOf(given, now);
  const different = (Object.keys(wanted) as (keyof Wanted)[]).filter((key) => String(wanted[key]) !== String(now[key]));
  if (different.length === 0) return [];
  const only = Object.fromEntries(different.map((key) => [key, wanted[key]])) as Wanted;
  return [
    run(sh`usermod ${optionsFor(different, wanted)} ${name}`, {
      changes: changesTo(now, only),
      effects: [predict(userAccount(name), () => ({ ...now, ...only }))],
      touches:
        only.uid === undefined && only.group === undefined
          ? touchesOf(name, [...now.groups, ...(given.groups ?? [])])
          : NAMES,
    }),
  ];
}

/** By standard input, because arguments show in process lists; chpasswd(8). */
function passwording({ name, passwordHash }: Args, fingerprint: string | undefined): readonly Step[] {
  if (passwordHash === undefined || secretHash(passwordHash) === fingerprint) return [];
  return [
    run(sh`chpasswd -e`, {
      stdin: secretWith(`${name}:${reveal(passwordHash)}\n`, [passwordHash]),
      changes: [change("password", fingerprint === undefined ? undefined : "(another)", passwordHash)],
      effects: [predict(passwordFingerprint(name), secretHash(passwordHash))],
      touches: touchesOf(name),
    }),
  ];
}

function removal({ name, removeHome }: Args, now: UserAccount): Step {
  return run(sh`userdel ${[...(removeHome ? ["--remove"] : []), name]}`, {
    changes: [change("user", `uid ${now.uid}`, "absent"), ...(removeHome ? [change("home", now.home, "absent")] : [])],
    effects: [predict(userAccount(name), undefined), predict(passwordFingerprint(name), undefined)],
    touches: NAMES,
  });
}
