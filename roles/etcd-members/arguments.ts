import { absolutePath, z } from "ts-play";

/** How the cluster is asked. */
export const asking = z.object({
  endpoints: z.array(z.string()).min(1).readonly().describe("client URLs of members, asked in this order"),
  pki: absolutePath.describe("folder of the host's certificates"),
});

/** A member, and how the cluster is asked about it. */
export const memberArguments = asking.extend({
  name: z.string().describe("the member's name"),
  address: z.string().describe("the member's address"),
});

/** A host that is to come into a cluster. */
export const newcomer = memberArguments.extend({
  dataDir: absolutePath.describe("its data directory"),
  walDir: absolutePath.optional().describe("where its log is, when elsewhere"),
});
