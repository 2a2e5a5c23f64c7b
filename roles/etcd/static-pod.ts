import { type Content, defineTemplate, z } from "ts-play";
import { bootstrapFlags, type EtcdBootstrap, type EtcdSettings, etcdFlags } from "./settings.ts";

/** What a kubelet needs to run a member beside what etcd itself is told. */
export interface PodSettings extends EtcdSettings, Omit<EtcdBootstrap, "address"> {
  /** `repository/etcd:tag`, as the kubelet's host has it. */
  readonly image: string;
}

const manifest = defineTemplate(
  new URL("./static-pod.yaml.ejs", import.meta.url),
  z.object({
    name: z.string(),
    image: z.string(),
    command: z.array(z.string()).readonly(),
    mounts: z.array(z.object({ name: z.string(), path: z.string() })).readonly(),
    metricsPort: z.int(),
    livePath: z.string(),
    readyPath: z.string(),
  }),
);

/** A pod's manifest for a kubelet that runs etcd by itself; a list of `--flag=value`, because no shell reads it. */
export function staticPod(given: PodSettings): Content {
  const flags = { ...etcdFlags(given), ...bootstrapFlags(given) };
  const folders = [given.dataDir, ...(given.walDir === undefined ? [] : [given.walDir]), given.pki];
  return manifest({
    name: given.name,
    image: given.image,
    command: ["etcd", ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
    mounts: folders.map((path, place) => ({ name: `folder-${place}`, path })),
    metricsPort: given.metricsPort,
    ...healthPaths(given.image),
  });
}

/** /livez and /readyz came with 3.4.29 and 3.5.11; before, /health asked for a linearizable read unless told not to. */
function healthPaths(image: string): { readonly livePath: string; readonly readyPath: string } {
  const [, minor = 0, patch = 0] = /:v?3\.(\d+)\.(\d+)/.exec(image)?.map(Number) ?? [];
  const has = minor >= 6 || (minor === 5 && patch >= 11) || (minor === 4 && patch >= 29);
  return has
    ? { livePath: "/livez", readyPath: "/readyz" }
    : { livePath: "/health?serializable=true", readyPath: "/health?serializable=false" };
}
