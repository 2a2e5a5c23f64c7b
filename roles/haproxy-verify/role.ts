import { defineRole, osRelease, z } from "ts-play";
import { haproxyCall } from "../haproxy/call.ts";
import { configuration } from "../haproxy/configuration.ts";
import { verified } from "./verified.ts";

const vars = z.strictObject({
  of: haproxyCall.describe("the balancer that is looked at, as `haproxy({...})` returned it"),
  leastUp: z
    .int()
    .min(0)
    .optional()
    .describe("servers of each service that must be up; by default all but those of weight 0"),
});

/** Looks at a running balancer and says all that is wrong with it. */
export const haproxyVerify = defineRole({
  name: "haproxyVerify",
  summary:
    "Looks at a running haproxy and says all that is wrong: unit, file, what it has loaded, ports, servers, answers. Changes nothing.",
  vars,
  facts: { os: osRelease() },
  tasks: ({ vars: { of, leastUp }, facts, host }) => [
    verified({ balancer: of, wanted: configuration(of, facts.os.family), leastUp, address: host.address }),
  ],
});
