import { defineInventory, definePlaybook, play, z } from "ts-play";
import { accounts } from "./accounts.ts";
import { certificates } from "./certificates.ts";
import { commands, finish } from "./commands.ts";
import { edits } from "./edits.ts";
import { files } from "./files.ts";
import { network } from "./network.ts";
import { services } from "./services.ts";
import { system } from "./system.ts";

/** Every operation, with every argument that it has. */
export default definePlaybook({
  summary: "Every operation.",
  inventory: defineInventory({
    groups: { subjects: z.object({}), helpers: z.object({}) },
    vars: z.object({
      payload: z.string(),
      payload_sha: z.string(),
      base: z.url(),
      tool_sha: z.string(),
      archive_sha: z.string(),
      jq: z.string(),
      pki: z.string(),
    }),
  }),

  plays: ({ groups: { subjects, helpers }, vars }) => [
    play({
      title: "Every operation",
      on: subjects,
      roles: ({ name }) => [
        accounts({}),
        files({ payload: vars.payload, helper: helpers }),
        edits({}),
        certificates({ pki: vars.pki }),
        system({ hostname: `${name}.ops.test` }),
        services({ jq: vars.jq }),
        network({ base: vars.base, tool: vars.tool_sha, archive: vars.archive_sha, payload: vars.payload_sha }),
        commands({ helper: helpers.hosts[0]! }),
        finish({}),
      ],
    }),
  ],
});
