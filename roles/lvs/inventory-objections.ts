import { type InventoryObjection, schemaObjections, type z } from "ts-play";
import { directorVars } from "./director-vars.ts";

/** What an inventory says of directors and their real servers, and cannot be. */
export const directorObjections = (given: z.input<typeof directorVars>): readonly InventoryObjection[] =>
  schemaObjections(directorVars, given, (path) => {
    if (path === "combined")
      return {
        fix: "take hosts of their own, or set combined: backup-only",
        variable: "combined",
        group: "real_servers",
      };
    if (path === "kubeProxyMode") return { fix: "leave kube_proxy_mode at iptables", variable: "kube_proxy_mode" };
    if (/realServers/.test(path))
      return { message: "there is no real server", fix: "name a host or more in the group", group: "real_servers" };
    return { fix: "take an address of the hosts' network that no host has", variable: "virtual_ip" };
  });
