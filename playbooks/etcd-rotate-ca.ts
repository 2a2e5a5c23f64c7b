import { defineInventory, definePlaybook, play, z } from "ts-play";
import { etcdInventoryVars, memberVars, rollingPlays } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { etcdCertified, etcdTrusting } from "../roles/etcd-rotation/role.ts";

/** The authority of etcd_pki_folder takes the place of that of etcd_former_pki_folder; its passphrase is in ETCD_CA_PASSPHRASE. */
export default definePlaybook({
  summary: "A new authority for an etcd cluster: trusted beside the former, then issuing, then alone.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("all members of the cluster") },
    vars: z.object({
      ...etcdInventoryVars,
      etcd_former_pki_folder: z.string().describe("folder of the authority whose place the new one takes"),
      etcd_only_trust: z
        .boolean()
        .default(false)
        .describe(
          "end when both are trusted: time for clients to trust the new one before members show certificates of it",
        ),
      etcd_forget_former: z
        .boolean()
        .default(false)
        .describe("end to trust the former: all clients have certificates of the new one"),
    }),
  }),
  plays: ({ groups: { etcd }, vars }) => {
    const given = memberVars(etcd, vars);
    const restarts = rollingPlays(etcd, vars);
    const trusted = [
      play({ title: "Trust both authorities", on: etcd, roles: [etcdTrusting({ ...given, rotation: "widen" })] }),
      ...restarts,
    ];
    if (vars.etcd_only_trust) return trusted;
    return [
      ...trusted,
      play({ title: "Certificates of the new authority", on: etcd, roles: [etcdCertified(given)] }),
      ...(vars.etcd_forget_former
        ? [
            play({
              title: "Trust the new one alone",
              on: etcd,
              roles: [etcdTrusting({ ...given, rotation: "narrow" })],
            }),
            ...restarts,
          ]
        : []),
    ];
  },
});
