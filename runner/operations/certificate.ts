import { z } from "zod";
import { authoritySchema, keyKinds } from "../define/certificate-authority.ts";
import { defineOperation, type PlanInput } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { type Change, predict, type Step, write } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { type CertificateFile, certificateFile } from "../probes/certificate-file.ts";
import { fileHash } from "../probes/file-hash.ts";
import { type PathState, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { certificateFaults } from "./certificate-faults.ts";
import { fileMode } from "./file-mode.ts";
import { ownPath } from "./own-path.ts";
import { ownershipArguments, ownershipChanges } from "./ownership.ts";
import { existsAfterwards } from "./path-effects.ts";
import { predictedCertificate } from "./predicted-certificate.ts";

const args = z
  .strictObject({
    path: absolutePath.describe("where the certificate is"),
    keyPath: absolutePath.describe("where its key is"),
    ca: authoritySchema().describe("who issues it: a value of `certificateAuthority(...)`"),
    profile: z
      .enum(["server", "peer", "client"])
      .describe("what it is for: to answer calls, to call, or both as the members of a cluster (`peer`)"),
    commonName: z.string().min(1).max(64).describe("whom it names"),
    organizations: z.array(z.string().min(1)).readonly().default([]).describe("groups that Kubernetes reads from it"),
    names: z.array(z.hostname()).readonly().default([]).describe("DNS names under which the server is called"),
    addresses: z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .readonly()
      .default([])
      .describe("IP addresses under which the server is called"),
    key: z.enum(keyKinds).default("ecdsa-p256").describe("kind of its key"),
    lifetimeDays: z.int().min(1).max(3650).default(365).describe("how long it lasts; never longer than its issuer"),
    renewBeforeDays: z.int().min(0).default(30).describe("it is issued anew when fewer days than this are left"),
    ...ownershipArguments("0644"),
    keyMode: fileMode.default("0600").describe('file mode of the key as octal text, such as "0600"'),
  })
  .refine(({ lifetimeDays, renewBeforeDays }) => renewBeforeDays < lifetimeDays, {
    message: "must be fewer days than the lifetime, or it would be renewed for ever",
    path: ["renewBeforeDays"],
  })
  .refine(({ profile, names, addresses }) => profile === "client" || names.length + addresses.length > 0, {
    message: "a server must be named by `names` or `addresses`: clients do not look at the common name",
    path: ["names"],
  })
  .refine(({ path, keyPath }) => path !== keyPath, { message: "is where the certificate is", path: ["keyPath"] });

export type CertificateArguments = z.output<typeof args>;
type Reads = {
  readonly found: Probe<CertificateFile | undefined>;
  readonly state: Probe<PathState>;
  readonly keyState: Probe<PathState>;
  readonly keyHash: Probe<string | undefined>;
};

/** Keeps a certificate and its key on a host, issued by an authority of the control machine. */
export const certificate = defineOperation<typeof args, Reads>({
  name: "certificate",
  summary:
    "A certificate and its key, issued by your own authority; issued anew before it expires and when it does not fit.",
  args,
  example: `certificate({
  ca: certificateAuthority({ name: "etcd", folder: "pki/etcd", passphrase: { variable: "ETCD_CA_PASSPHRASE" } }),
  profile: "server",
  commonName: "db1",
  names: ["db1", "localhost"],
  addresses: ["10.0.0.4", "127.0.0.1"],
  path: "/etc/db/server.crt",
  keyPath: "/etc/db/server.key",
})`,
  subject: ({ path }) => path,
  read: ({ path, keyPath }) => ({
    found: certificateFile(path),
    state: pathState(path),
    keyState: pathState(keyPath),
    keyHash: fileHash(keyPath),
  }),
  plan: (input) => {
    const { args, current } = input;
    const [state, keyState] = [fileAt(args.path, current.state), fileAt(args.keyPath, current.keyState)];
    const faults = certificateFaults(args, current);
    if (faults.length > 0 || !state || !keyState) return issue(input, faults);
    return [...ownPath(args, state), ...ownPath(keyOf(args), keyState)];
  },
});

const keyOf = ({ keyPath: path, keyMode: mode, owner, group }: CertificateArguments) => ({ path, mode, owner, group });

function fileAt(path: string, state: PathState) {
  if (state.type === "absent") return undefined;
  if (state.type !== "file") throw new TaskRefusal(`${path} is a ${state.type}, not a file`, "name another path");
  return state;
}

/** The key goes first: a certificate that is there says which key belongs to it, so half of the work is seen. */
function issue({ args, current }: PlanInput<CertificateArguments, Reads>, faults: readonly Change[]): readonly Step[] {
  const issued = args.ca.issue(args);
  const key = keyOf(args);
  const keyState = fileAt(args.keyPath, current.keyState);
  return [
    write({
      ...key,
      content: issued.map((made) => made.key),
      changes: [...faults, ...ownershipChanges(keyState, key)],
      effects: existsAfterwards(args.keyPath, { type: "file", ...ownership(key) }),
    }),
    write({
      ...args,
      content: issued.map((made) => made.certificate),
      changes: ownershipChanges(fileAt(args.path, current.state), args),
      effects: [
        ...existsAfterwards(args.path, { type: "file", ...ownership(args) }),
        predict(certificateFile(args.path), predictedCertificate(args)),
      ],
    }),
  ];
}

const ownership = ({ mode, owner, group }: { mode: string; owner: string; group: string }) => ({ mode, owner, group });
