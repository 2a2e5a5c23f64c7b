import { definePlaybook } from "ts-play";
import { verifyNow } from "../roles/kubernetes/verify-plays.ts";
import { inventory } from "./site.ts";

/** Looks at what site.ts builds. It leaves everything as it is, and fails with all that is wrong. */
export default definePlaybook({
  summary: "Looks at a Kubernetes cluster, and changes nothing.",
  inventory,
  plays: verifyNow,
});
