import { absolutePath, authoritySchema, z } from "ts-play";
import { etcdSource } from "./source.ts";

const memberName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, "may hold letters, digits, `.`, `_` and `-`")
  .describe("the member's own name; each once in a cluster");

const address = z.union([z.ipv4(), z.ipv6()]).describe("IP address under which the others and clients reach it");

/** Who is in the cluster, as the inventory wants it. */
export const members = z
  .array(z.strictObject({ name: memberName, address }))
  .min(1)
  .readonly()
  .refine((all) => areDistinct(all.map(({ name }) => name)), "two members have the same name")
  .refine((all) => areDistinct(all.map((one) => one.address)), "two members have the same address")
  .describe("all members of the cluster, this host among them");

/** What the roles of a cluster have in common. */
export const clusterVars = z.strictObject({
  members,
  pki: absolutePath.default("/etc/etcd/pki").describe("folder of the certificates on each member"),
});

export const etcdVars = clusterVars
  .extend({
    ca: authoritySchema().describe("who issues the certificates: a value of `certificateAuthority(...)`"),
    formerCa: authoritySchema().optional().describe("trusted as well, while `ca` takes its place (etcd-rotate-ca.ts)"),
    source: etcdSource,
    token: z
      .string()
      .regex(/^[\w.-]+$/)
      .default("etcd")
      .describe("keeps clusters apart that were started with the same addresses; different for each"),
    state: z
      .enum(["new", "existing"])
      .default("new")
      .describe(
        "what a member without data does: begins a cluster with the others, or joins the one that has added it",
      ),
    start: z.boolean().default(true).describe("start it; false leaves it as it is, all else in place"),
    names: z
      .array(z.hostname())
      .readonly()
      .default([])
      .describe("more names under which clients call the members, such as one that stands for all"),
    dataDir: absolutePath.default("/var/lib/etcd").describe("where the data is; its owner alone may look"),
    walDir: absolutePath
      .optional()
      .describe("where the log is, when on a disk of its own: it waits for the disk at each write"),
    metricsPort: z
      .int()
      .min(1)
      .max(65535)
      .default(2381)
      .describe("health and metrics over HTTP without a certificate, on 127.0.0.1 alone"),
    heartbeatMs: z
      .int()
      .min(10)
      .max(10_000)
      .default(100)
      .describe("how often the leader shows that it lives, ms; about one round trip between members"),
    electionMs: z
      .int()
      .min(50)
      .max(50_000)
      .default(1000)
      .describe("silence after which the others elect, ms; ten round trips, so that a slow network elects nobody"),
    quotaGiB: z
      .int()
      .min(1)
      .max(8)
      .default(8)
      .describe("largest database; beyond it writes stop (8 is the most that is advised; disk is used as data comes)"),
    snapshotCount: z
      .int()
      .min(1000)
      .default(10_000)
      .describe("changes between two snapshots of the log; fewer take less memory and bring a slow member back sooner"),
    compactionHours: z
      .int()
      .min(0)
      .default(8)
      .describe(
        "how long old revisions stay; Kubernetes forgets them by itself every 5 minutes; 0 keeps them for ever",
      ),
    certificateDays: z.int().min(1).max(3650).default(365).describe("how long certificates last"),
    renewBeforeDays: z.int().min(0).default(30).describe("certificates are issued anew when fewer days are left"),
    key: z
      .enum(["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"])
      .default("ecdsa-p256")
      .describe("kind of their keys"),
  })
  .refine(({ heartbeatMs, electionMs }) => electionMs >= 5 * heartbeatMs, {
    message: "must be at least five heartbeats, or etcd does not start",
    path: ["electionMs"],
  });

export type EtcdVars = z.output<typeof etcdVars>;
export type EtcdMember = EtcdVars["members"][number];

const areDistinct = (words: readonly string[]): boolean => new Set(words).size === words.length;

/** This host among the members. Throws when it is none. */
export function selfIn(all: readonly EtcdMember[], name: string): EtcdMember {
  const self = all.find((candidate) => candidate.name === name);
  if (self === undefined) throw new Error(`etcd is to run on ${name}, which is not among its members`);
  return self;
}
