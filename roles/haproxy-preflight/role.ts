import { defineRole, osRelease, z } from "ts-play";
import { haproxyCall } from "../haproxy/call.ts";
import { preflight } from "../haproxy/preflight.ts";

/** Says what would be in the way of haproxy. In a play of its own it stops a run before any host is changed. */
export const haproxyPreflight = defineRole({
  name: "haproxyPreflight",
  summary:
    "Stops when haproxy could not listen where it is to; changes nothing. In the first play it speaks before any host is changed.",
  vars: z.strictObject({ of: haproxyCall.describe("the balancer, as `haproxy({...})` returned it") }),
  facts: { os: osRelease() },
  tasks: ({ vars, facts, host }) => preflight(vars.of, facts.os, host),
});
