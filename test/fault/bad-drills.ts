import { type BadInput, type BadInputs, fix } from "./bad-input.ts";

const drill = `import { defineDrill, defineInventory, holds, pathExists, stopUnit, tcpClient, theHolder, z } from "ts-play";
export default defineDrill({
  summary: "A drill.",
  inventory: defineInventory({ groups: { all: z.object({}) }, vars: z.object({}) }),
  args: z.object({ maxGapMs: z.int().default(5000), port: z.int().default(80) }),
  scenario: ({ groups: { all }, args }) => ({
    watch: tcpClient({ address: "127.0.0.1", port: args.port }),
    held: { by: all, when: holds(pathExists("/run/leader"), (there) => there, "leads") },
    guards: [],
    victim: theHolder(all),
    faults: [stopUnit("app")],
    limits: { maxGapMs: args.maxGapMs },
  }),
});
`;

const given = (args: readonly string[], ...says: BadInput["says"]): BadInput => ({
  files: { "drill.ts": drill },
  args: ["drill", "drill.ts", "-i", "hosts.yaml", ...args],
  says,
});

/** What can be wrong with a drill and what it is told. */
export const badDrills: BadInputs = {
  "a playbook in place of a drill": { args: ["drill", "shell.ts", "-i", "hosts.yaml"], says: ["DRL001", fix] },
  "an argument that the drill does not know": given(["-a", "maxGap=1"], "DRL002", "maxGapMs"),
  "an argument without a value": given(["-a", "maxGapMs"], "DRL002", fix),
  "an argument of the wrong kind": given(["-a", "maxGapMs=soon"], "DRL002", "maxGapMs"),
  "a victim that the drill does not break": given(["--victim", "two"], "DRL002", "--victim two", "one"),
  "a port for the drill's client that is none": given(["-a", "port=70000"], "DRL003", "port"),
  "a drill report that cannot be written": given(["--markdown", "none/drill.md"], "DRL004", "none/drill.md", fix),
};
