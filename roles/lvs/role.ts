export { lvsDirector } from "./director.ts";
export { lvsPreflight } from "./preflight.ts";
export { lvsRealServer } from "./real-server.ts";
export { lvsVerify } from "./verify.ts";
