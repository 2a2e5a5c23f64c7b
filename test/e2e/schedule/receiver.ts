import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What was posted to it, in order; it takes everything. */
export interface Receiver {
  readonly port: number;
  readonly bodies: readonly string[];
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    bodies.push(Buffer.concat(parts).toString());
    response.end();
  }).listen(0);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, bodies, close: () => void server.close() };
}
