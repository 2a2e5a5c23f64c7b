import { z } from "ts-play";
import { cgroupDriver } from "../containerd/vars.ts";

export const dockerVars = z.strictObject({
  package: z
    .string()
    .optional()
    .describe(
      "the engine's package, perhaps at a version; by default `docker.io` of Debian; `docker-ce` is that of Docker's repository",
    ),
  cgroupDriver,
  dataRoot: z.string().startsWith("/").default("/var/lib/docker").describe("where images and containers are"),
  logMaxSize: z
    .string()
    .regex(/^\d+[kmg]$/)
    .default("50m")
    .describe("a container's log is rotated when it is so long"),
  logMaxFiles: z.int().min(1).default(3).describe("logs of a container that are kept"),
  liveRestore: z.boolean().default(true).describe("containers go on while the engine is restarted"),
  mirrors: z.array(z.url()).readonly().default([]).describe("mirrors of Docker Hub"),
  insecureRegistries: z.array(z.string()).readonly().default([]).describe("registries without a good certificate"),
  cri: z
    .enum(["cri-dockerd", "none"])
    .default("none")
    .describe(
      "cri-dockerd: lets kubelets use the engine (its package must be known to apt); none: beside the containerd role, or without Kubernetes",
    ),
});
