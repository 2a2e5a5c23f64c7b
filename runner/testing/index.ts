/** What authors of roles test with. */
export { FakeHost, type FakeRun } from "./fake-host.ts";
