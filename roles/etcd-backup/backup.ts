import { change, defineOperation, fetchFile, isRef, type Ref, run, type Step, TaskRefusal, z } from "ts-play";
import { clientUrl, peerUrl } from "../etcd/member.ts";
import { finish, rehearse, takeSnapshot, WORK } from "./scripts.ts";
import { nameNow, newestVerified, type Store } from "./store.ts";

const args = z.object({
  member: z.string().describe("the host's own name among the members"),
  address: z.string().describe("its address"),
  source: z.custom<Ref<readonly string[]> | readonly string[]>().describe("peer URLs of the member that is asked"),
  store: z.custom<Ref<Store> | Store>().describe("what there is already"),
  folder: z.string().describe("folder of the control machine for backups"),
  cluster: z.string().describe("what their names begin with"),
  everyMinutes: z.number().describe("a younger verified one will do; 0: never"),
  rehearsed: z.boolean().describe("restore it into a scratch member and compare"),
  pki: z.string().describe("folder of the certificates"),
  program: z.string().describe("the program of etcd"),
  port: z.number().describe("for the scratch member, on 127.0.0.1"),
});

type Args = z.output<typeof args>;

/** Takes a backup on the host that it is asked of, when the newest is too old. */
export const etcdSnapshot = defineOperation({
  name: "etcdSnapshot",
  summary: "A snapshot of etcd on the control machine, rehearsed in a scratch member; when the newest is too old.",
  args,
  example: `etcdSnapshot({
  member: "etcd1",
  address: "10.0.0.4",
  source: ["https://10.0.0.4:2380"],
  store: { backups: [], rest: [], now: 0 },
  folder: "backups/etcd",
  cluster: "etcd",
  everyMinutes: 10,
  rehearsed: true,
  pki: "/etc/etcd/pki",
  program: "/usr/bin/etcd",
  port: 23790,
})`,
  subject: () => "",
  read: () => ({}),
  plan: ({ args }) => {
    if (isRef(args.source) || isRef(args.store)) throw new Error("what can be looked at was not");
    if (args.source.length === 0)
      throw new TaskRefusal(
        "no member can be asked for a snapshot: none is healthy, or none answers",
        "bring the cluster up first; without a majority, copy the file member/snap/db of a stopped member by hand",
      );
    return args.source.includes(peerUrl(args.address)) && isDue(args.store, args) ? backupSteps(args, args.store) : [];
  },
  // Without a limit the next one is due at once.
  provable: ({ everyMinutes }) => everyMinutes > 0,
});

function isDue(store: Store, { everyMinutes, rehearsed }: Args): boolean {
  const last = rehearsed ? newestVerified(store) : store.backups.at(-1);
  return last === undefined || store.now - last.at >= everyMinutes * 60_000;
}

const quiet = { touches: [] };

/** It is brought away before it is rehearsed: whatever becomes of that, it is there, and says that it is not verified. */
function backupSteps(args: Args, store: Store): readonly Step[] {
  const name = nameNow(args.cluster);
  const bring = (file: string, ending: string, changes: Parameters<typeof change>[] = []) =>
    fetchFile({
      path: `${WORK}/${file}`,
      to: name.map((stem) => `${args.folder}/${stem}.${ending}`),
      changes: changes.map((one) => change(...one)),
    });
  const manifest = bring("manifest.json", "json");
  return [
    run(takeSnapshot({ ...args, endpoint: clientUrl(args.address) }), quiet),
    bring("etcd.db", "db", [["backup", store.backups.at(-1)?.name, `${args.folder}/${name.label}`]]),
    manifest,
    ...(args.rehearsed ? [run(rehearse(args), quiet), manifest] : []),
    run(finish(args.rehearsed), quiet),
  ];
}
