import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A folder that one address of this machine gives away by HTTP. */
export interface ServedFolder {
  readonly base: string;
  /** Paths that have been asked for, as they came. */
  readonly asked: readonly string[];
  close(): void;
}

/** Serves the files of a folder; anything else is 404. */
export async function serveFolder(folder: string, address: string): Promise<ServedFolder> {
  const asked: string[] = [];
  const server = createServer(async ({ url = "/" }, response) => {
    asked.push(url);
    const file = join(folder, decodeURIComponent(new URL(url, "http://lab").pathname));
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": found.size });
    createReadStream(file).pipe(response);
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    base: `http://${address}:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
