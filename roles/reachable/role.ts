import { defineRole, waitFor, z } from "ts-play";

const vars = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("what must answer with status 200, asked from the host"),
  withinSeconds: z.int().positive().default(60).describe("how long to wait for it"),
});

/** The end of a run: what was built answers. */
export const reachable = defineRole({
  name: "reachable",
  summary: "Waits until a URL answers.",
  vars,
  tasks: ({ vars }) => [waitFor({ http: { url: vars.url }, timeoutMs: vars.withinSeconds * 1000 })],
});
