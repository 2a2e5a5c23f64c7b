import { defineOperation, type Probe, TaskRefusal, yamlValue, yamlWith, z } from "ts-play";
import { type ConfigMapText, configMapPatch, configMapText, silent } from "../kubernetes/config-map.ts";

const args = z.strictObject({ days: z.int().min(1).max(3650).describe("how long they last") });

const PERIOD = ["certificateValidityPeriod"];

/** Keeps how long certificates last that kubeadm issues from now on, in the configuration that it keeps in the cluster. */
export const certificateLifetime = defineOperation<typeof args, { readonly found: Probe<ConfigMapText> }>({
  name: "certificateLifetime",
  summary:
    "Keeps in the configuration that kubeadm keeps in the cluster how long the certificates last that it issues.",
  args,
  example: "certificateLifetime({ days: 365 })",
  subject: ({ days }) => `${days} days`,
  read: () => ({ found: configMapText("kubeadm-config") }),
  plan: ({ args: { days }, current: { found } }) => {
    if (found === "silent") throw silent();
    if (typeof found === "string")
      throw new TaskRefusal(
        "this host has no cluster whose configuration kubeadm keeps",
        "build it first, or look for the ConfigMap kube-system/kubeadm-config",
      );
    const wanted = `${days * 24}h0m0s`;
    const now = yamlValue(found.text, PERIOD);
    if (now === wanted) return [];
    const edit = { before: found.text, wanted: yamlWith(found.text, [[PERIOD, wanted]]) };
    return [configMapPatch("kubeadm-config", edit, [String(now ?? "kubeadm's own period"), wanted])];
  },
});
