import { defineRole, z } from "ts-play";
import { keepalivedCall } from "../keepalived/call.ts";
import { selfIn } from "../keepalived/config.ts";
import { networkFit } from "../keepalived/network-fit.ts";
import { facts, localOf } from "../keepalived/role.ts";

/** Says what of a host's network is in the way of keepalived. In a play of its own it stops a run before any host is changed. */
export const keepalivedPreflight = defineRole({
  name: "keepalivedPreflight",
  summary:
    "Stops when a host's network cannot carry the virtual IPs; changes nothing. In the first play it speaks before any host is changed.",
  vars: z.strictObject({ of: keepalivedCall.describe("the virtual IPs, as `keepalived({...})` returned them") }),
  facts,
  tasks: ({ vars: { of }, facts, host }) =>
    networkFit(of, selfIn(of, host), localOf({ vars: of, facts, host }), facts.interfaces),
});
