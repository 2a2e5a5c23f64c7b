import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { badDrills } from "./bad-drills.ts";
import { badFlags } from "./bad-flags.ts";
import { goodArguments, goodHosts } from "./bad-input.ts";
import { badInventories } from "./bad-inventories.ts";
import { badPlaybooks } from "./bad-playbooks.ts";
import { createProject, type Project } from "./project.ts";
import { buildTsPlay, startTsPlay, tsPlay } from "./ts-play.ts";

let project: Project;
let server: Server;
let connections = 0;

beforeAll(async () => {
  buildTsPlay();
  project = await createProject();
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.close();
  await project.remove();
});

const bad = { ...badInventories, ...badPlaybooks, ...badDrills, ...badFlags };

const withPort = (text: string | Uint8Array): string | Uint8Array =>
  typeof text === "string" ? text.replaceAll("PORT", String((server.address() as { port: number }).port)) : text;

test.each(Object.entries(bad))(
  "%s: exit 1, told in words, nobody contacted",
  async (_, { files, prepare, args, says }) => {
    const all = { "hosts.yaml": goodHosts(), ...files };
    for (const [name, text] of Object.entries(all)) await project.write(name, withPort(text));
    await prepare?.(project.folder);
    const before = connections;
    const ended = await tsPlay(project.folder, args ?? goodArguments);
    for (const part of says) expect(ended.stderr).toMatch(part);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).not.toMatch(/\n\s+at .*:\d+:\d+\)?$|This is a bug|hunter2|secret-text/m);
    expect(connections).toBe(before);
  },
);

test("the server that counts would have been contacted by good input", async () => {
  await project.write("hosts.yaml", String(withPort(goodHosts())));
  const run = startTsPlay(project.folder, goodArguments);
  await expect.poll(() => connections, { timeout: 60_000 }).toBeGreaterThan(0);
  run.kill("SIGKILL");
  await run.ended;
});
