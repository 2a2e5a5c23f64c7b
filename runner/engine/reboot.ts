import type { Failure } from "../report/event.ts";
import { LinkLostError, type Script } from "../transport/transport.ts";
import type { HostLink } from "./host-link.ts";
import { decode } from "./script-output.ts";

const PAUSE_MS = 1000;

/** Restarts a host and waits until it answers under a new boot id (random(4), proc(5)). Undefined when it did. Throws LinkLostError when the run is interrupted meanwhile. */
export async function rebootHost(link: HostLink, timeoutMs: number): Promise<Failure | undefined> {
  const before = await bootId(link);
  const deadline = performance.now() + timeoutMs;
  await ask(link, "(sleep 1; systemctl reboot || reboot) >/dev/null 2>&1 </dev/null &").catch(() => undefined);
  let last = "it never went down";
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (link.signal.aborted)
      throw new LinkLostError(link.target.name, "the run was interrupted while it restarted", []);
    const now = await link
      .reconnect()
      .then(() => bootId(link))
      .catch((error: unknown) => {
        last = error instanceof Error ? error.message : String(error);
        return undefined;
      });
    if (now !== undefined && now !== before) return undefined;
  }
  return {
    message: `the host did not come back under a new boot id within ${timeoutMs / 1000} s: ${last}`,
    command: "reboot",
  };
}

const bootId = (link: HostLink): Promise<string> => ask(link, "cat /proc/sys/kernel/random/boot_id");

async function ask(link: HostLink, text: string): Promise<string> {
  const session = await link.session();
  const script: Script = { text, timeoutMs: 10_000, capBytes: 4096, stopOnFailure: true };
  const [result] = await session.run([script]);
  return decode(result?.stdout ?? new Uint8Array()).trim();
}
