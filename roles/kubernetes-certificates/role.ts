import { defineRole, z } from "ts-play";
import { PARTS, type Part } from "../kubernetes/certificate-state.ts";
import { controlPlaneIsWell } from "../kubernetes/standing.ts";
import { kubeletRotates } from "./kubelet-rotation.ts";
import { certificateLifetime } from "./lifetime.ts";
import { certificateRenewal, partRestart } from "./renewal.ts";

/** How long what is issued lasts. */
export const certificatesLast = defineRole({
  name: "certificatesLast",
  summary: "Keeps in the cluster's configuration how long the certificates last that kubeadm issues.",
  vars: z.strictObject({ days: z.int().min(1).max(3650).describe("how long they last") }),
  tasks: ({ vars }) => [certificateLifetime(vars)],
});

/** A control plane whose certificates do not end soon, and whose parts use them. */
export const certificatesRenewed = defineRole({
  name: "certificatesRenewed",
  summary:
    "Renews the certificates of a control plane that end soon, and restarts its parts one after the other, so that they use them.",
  vars: z.strictObject({
    beforeDays: z.int().min(1).default(30).describe("certificates that end sooner are renewed"),
  }),
  tasks: ({ vars }) => [
    certificateRenewal(vars),
    (Object.keys(PARTS) as Part[]).map((part) => partRestart({ part }, { timeoutMs: 600_000 })),
    controlPlaneIsWell(),
  ],
});

/** A kubelet that looks after its own certificate. */
export const kubeletCertificate = defineRole({
  name: "kubeletCertificate",
  summary: "Looks whether a kubelet renews its certificate by itself, and has done so; changes nothing itself.",
  vars: z.strictObject({}),
  tasks: () => [kubeletRotates({})],
});
