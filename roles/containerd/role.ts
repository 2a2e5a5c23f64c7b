import { defineRole, defineTemplate, directory, file, holds, packages, service, template, unitState, z } from "ts-play";
import { containerdVars } from "./vars.ts";

const config = defineTemplate(
  new URL("./config.toml.ejs", import.meta.url),
  containerdVars.omit({ package: true, registries: true }).strip(),
);
const mirrors = defineTemplate(
  new URL("./hosts.toml.ejs", import.meta.url),
  z.object({ registry: z.string(), mirrors: containerdVars.shape.registries.unwrap().valueType }),
);

/** Where the kubelet finds it. */
export const CONTAINERD_SOCKET = "unix:///run/containerd/containerd.sock";

/** The container runtime of a node. */
export const containerd = defineRole({
  name: "containerd",
  summary:
    "containerd as the container runtime of a node, with a file of its own: that of packages often has CRI switched off.",
  vars: containerdVars,
  tasks: ({ vars }) => {
    const { package: name, registries, ...settings } = vars;
    const runs = holds(unitState("containerd.service"), ({ active }) => active === "active", "containerd runs");
    const configuration = template({ path: "/etc/containerd/config.toml", content: config(settings), mode: "0644" });
    return [
      packages({
        names: [name, ...(name.startsWith("containerd.io") ? [] : ["runc"])],
        units: ["containerd"],
      }),
      directory({ path: "/etc/containerd/certs.d" }),
      Object.entries(registries).map(([registry, all]) => [
        directory({ path: `/etc/containerd/certs.d/${registry}` }),
        template({
          path: `/etc/containerd/certs.d/${registry}/hosts.toml`,
          content: mirrors({ registry, mirrors: all }),
        }),
      ]),
      configuration,
      file({ path: "/etc/crictl.yaml", content: `runtime-endpoint: ${CONTAINERD_SOCKET}\n` }),
      service({ unit: "containerd" }, { onChangeOf: [configuration], until: runs, retries: 2 }),
    ];
  },
});
