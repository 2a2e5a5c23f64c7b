import { afterAll, beforeAll } from "vitest";
import { sshTransport } from "../../runner/transport/ssh.ts";
import { sessionConformance } from "./session.conformance.ts";
import { startSshd, type TestSshd } from "./sshd.ts";

let server: TestSshd;
const transport = sshTransport();

beforeAll(async () => {
  server = await startSshd();
});
afterAll(async () => {
  await transport.close();
  await server.stop();
});

sessionConformance("over SSH", () => transport.connect(server.target));
