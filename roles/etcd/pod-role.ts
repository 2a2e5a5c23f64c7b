import { absolutePath, defineRole, directory, file, z } from "ts-play";
import { memberCertificates } from "./certificates.ts";
import { minors } from "./settings.ts";
import { staticPod } from "./static-pod.ts";
import { etcdVars, selfIn } from "./vars.ts";

/** A member of an etcd cluster that the host's kubelet runs. */
export const etcdPod = defineRole({
  name: "etcdPod",
  summary: "A member of an etcd cluster as a static pod: certificates and the manifest; the host's kubelet runs it.",
  vars: etcdVars.safeExtend({
    image: z
      .string()
      .regex(/^[\w./:@-]+:[\w.-]+$/, "an image with a tag is needed, such as registry.k8s.io/etcd:3.5.24-0")
      .describe("the image, with a tag"),
    minor: z.enum(minors).describe("its minor version, for its flags"),
    manifests: absolutePath.default("/etc/kubernetes/manifests").describe("folder that the kubelet reads pods from"),
  }),
  tasks: ({ vars, host }) => {
    const self = selfIn(vars.members, host.name);
    return [
      directory({ path: vars.dataDir, mode: "0700" }),
      directory({ path: "/etc/etcd", mode: "0755" }),
      memberCertificates(vars, self, "root"),
      directory({ path: vars.manifests, mode: "0755" }),
      file({ path: `${vars.manifests}/etcd.yaml`, content: staticPod({ ...vars, ...self }), mode: "0600" }),
    ];
  },
});
