import { existsSync } from "node:fs";
import { join } from "node:path";

/** The version of Kubernetes that the tests are for. */
export const VERSION = "1.34.4";
/** The bundle that build.sh makes. */
export const BUNDLE = process.env.TS_PLAY_KUBERNETES_BUNDLE ?? `/var/cache/ts-play/kubernetes-${VERSION}/bundle`;
export const hasBundle = existsSync(join(BUNDLE, "bundle.json"));
/** Beside it, what it is not made of: kube-proxy as a program, and the manifest of Calico. */
export const KUBE_PROXY = join(BUNDLE, "../work/bin/kube-proxy");
export const CALICO = join(BUNDLE, "../calico.yaml");

/** That of the minor version before: `build.sh 1.33`. */
export const FORMER_BUNDLE = "/var/cache/ts-play/kubernetes-1.33.13/bundle";
