import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

const SERVER = `
const http = require("node:http"), fs = require("node:fs"), path = require("node:path");
const server = http.createServer((request, response) => {
  fs.appendFileSync(path.join(process.argv[1], "requests"), request.url + "\\n");
  if (request.url === "/slow") return;
  fs.readFile(path.join(process.argv[1], request.url), (error, bytes) => {
    response.writeHead(error ? 404 : 200);
    response.end(error ? "no such thing" : bytes);
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(server.address().port + "\\n"));
`;

/** Serves a folder over HTTP until the test ends, and writes each path that is asked for into its file `requests`; gives the port. */
export async function serveFolder(folder: string): Promise<number> {
  const server = spawn(process.execPath, ["-e", SERVER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void server.kill());
  const [line] = await once(server.stdout, "data");
  return Number(String(line));
}
