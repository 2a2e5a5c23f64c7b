import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/** A web server on one address of this machine, with `/tool` and `/app.tgz`. */
export interface ServedFiles {
  readonly base: string;
  readonly toolHash: string;
  readonly archiveHash: string;
  close(): void;
}

/** Makes the files in a folder and serves them; anything else is 404. */
export async function serveFiles(folder: string, address: string): Promise<ServedFiles> {
  const files = new Map([
    ["/tool", Buffer.from("#!/bin/sh\necho tool\n")],
    ["/app.tgz", await archiveIn(folder)],
  ]);
  const server = createServer(({ url }, response) => {
    const body = files.get(url ?? "");
    response.writeHead(body ? 200 : 404).end(body);
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    base: `http://${address}:${(server.address() as AddressInfo).port}`,
    toolHash: sha256(files.get("/tool")!),
    archiveHash: sha256(files.get("/app.tgz")!),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** SHA-256 in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function archiveIn(folder: string): Promise<Buffer> {
  await mkdir(join(folder, "app/bin"), { recursive: true });
  await writeFile(join(folder, "app/hello"), "hello\n");
  await writeFile(join(folder, "app/bin/run"), "#!/bin/sh\n", { mode: 0o755 });
  await promisify(execFile)("tar", ["-czf", join(folder, "app.tgz"), "-C", folder, "app"]);
  return readFile(join(folder, "app.tgz"));
}
