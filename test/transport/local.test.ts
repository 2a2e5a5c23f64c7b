import { localTransport } from "../../runner/transport/local.ts";
import { sessionConformance } from "./session.conformance.ts";

const transport = localTransport();
sessionConformance("on this machine", () =>
  transport.connect({ name: "here", connection: "local", address: "localhost" }),
);
