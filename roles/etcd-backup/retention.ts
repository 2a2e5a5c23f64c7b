import { change, defineOperation, forgetFile, isRef, type Ref, z } from "ts-play";
import { type Store, superseded } from "./store.ts";

/** Removes backups that later ones have made needless. */
export const etcdRetention = defineOperation({
  name: "etcdRetention",
  summary: "Backups that need not stay go; the last verified ones always stay.",
  args: z.object({
    mine: z.custom<Ref<boolean> | boolean>().describe("this host has taken the backup"),
    store: z.custom<Ref<Store> | Store>().describe("what there is"),
    folder: z.string().describe("folder of the control machine with the backups"),
    keep: z.number().describe("this many verified ones stay"),
    keepDays: z.number().optional().describe("of the others only what is older goes"),
  }),
  example: 'etcdRetention({ mine: true, store: { backups: [], rest: [], now: 0 }, folder: "backups/etcd", keep: 7 })',
  subject: ({ folder }) => folder,
  read: () => ({}),
  plan: ({ args: { mine, store, folder, ...retention } }) => {
    if (isRef(store) || isRef(mine)) throw new Error("what can be looked at was not");
    if (!mine) return [];
    return superseded(store, retention).map((name) =>
      forgetFile(`${folder}/${name}`, { changes: [change(name, "kept", "superseded")] }),
    );
  },
});
