import { definePlaybook, play, refuseInventory } from "ts-play";
import { keepalived } from "../roles/keepalived/role.ts";
import { holderGate } from "../roles/keepalived-verify/holder-gate.ts";
import { keepalivedVerify } from "../roles/keepalived-verify/role.ts";
import { lvsVerify } from "../roles/lvs/role.ts";
import { reachable } from "../roles/reachable/role.ts";
import { balanced, floating, inventory, objections } from "./lvs.ts";

/** Nothing is changed; what is wrong is named, and ends the run with exit code 3. */
export default definePlaybook({
  summary: "Looks whether the directors and real servers of playbooks/lvs.ts are as they must be.",
  inventory,

  plays: (given) => {
    refuseInventory(objections(given));
    const { groups, vars } = given;
    return [
      play({
        title: "Directors and real servers",
        on: groups.directors.and(groups.real_servers),
        gates: [holderGate(vars.virtual_ip)],
        roles: [lvsVerify(balanced(given))],
      }),
      play({
        title: "Virtual IP",
        on: groups.directors,
        roles: [keepalivedVerify({ of: keepalived(floating(given)) })],
      }),
      play({
        title: "Clients",
        on: groups.clients,
        roles: [reachable({ url: `http://${vars.virtual_ip}:${vars.service_port}/`, withinSeconds: 5 })],
      }),
    ];
  },
});
