import { defineInventory, definePlaybook, play, z } from "ts-play";
import { motd } from "./roles/motd/role.ts";

const inventory = defineInventory({
  groups: { servers: z.object({}) },
  vars: z.object({ owner: z.string().describe("whom to ask about these hosts") }),
});

export default definePlaybook({
  summary: "What every host of ours has.",
  inventory,
  plays: ({ groups, vars }) => [play({ title: "All hosts", on: groups.servers, roles: [motd({ owner: vars.owner })] })],
});
