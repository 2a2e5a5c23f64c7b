import { type Play, play, z } from "ts-play";
import { certificateState, isStale } from "../kubernetes/certificate-state.ts";
import { refuseMasterless } from "../kubernetes/inventory-objections.ts";
import type { FullSite } from "../kubernetes/plays.ts";
import { controlPlaneGate } from "../kubernetes/standing.ts";
import { isDue } from "./renewal.ts";
import { certificatesLast, certificatesRenewed, kubeletCertificate } from "./role.ts";

/** What the playbook that renews certificates takes from the inventory, beside what describes the cluster. */
export const renewalVars = {
  kube_accept_outage: z
    .boolean()
    .default(false)
    .describe("go on also where the others do not carry the cluster meanwhile, as with two control planes"),
};

export interface RenewalSite extends FullSite {
  readonly vars: FullSite["vars"] & z.output<z.ZodObject<typeof renewalVars>>;
}

/** One control plane after the other; what was renewed by a run that was interrupted is taken into use by the next. */
export function renewalPlays(site: RenewalSite): readonly Play[] {
  refuseMasterless(site);
  const {
    groups: { masters, workers },
    vars,
  } = site;
  return [
    play({
      title: "How long certificates last",
      on: masters.first,
      roles: [certificatesLast({ days: vars.kube_certificate_days })],
    }),
    play({
      title: "Certificates of control planes",
      on: masters,
      batch: 1,
      gates: [
        controlPlaneGate({
          acceptOutage: vars.kube_accept_outage,
          probe: certificateState(undefined),
          due: ({ certificates, parts }) =>
            parts.some(isStale) || certificates.some((one) => isDue(one, vars.kube_renew_before_days)),
        }),
      ],
      roles: [certificatesRenewed({ beforeDays: vars.kube_renew_before_days })],
    }),
    play({ title: "Kubelets renew their own", on: masters.and(workers), roles: [kubeletCertificate({})] }),
  ];
}
