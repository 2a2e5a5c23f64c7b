import type { SshOptions } from "../transport/ssh/ssh-connections.ts";
import type { Target, Transport } from "../transport/transport.ts";
import { askKeyPassphrase } from "./prompt.ts";

/** Reaches hosts from this process, with the keys of its agent and the person at its terminal; a connection is given up after `timeout` seconds. */
export const transportsHere = (timeout: number): Transport =>
  transports({
    connectTimeoutMs: timeout * 1000,
    agentSocket: process.env.SSH_AUTH_SOCK,
    askPassphrase: askKeyPassphrase,
  });

/** Reaches each host as its target says; a way's library is loaded when the first host needs it. */
function transports(options: SshOptions): Transport {
  const opened = new Map<Target["connection"], Promise<Transport>>();
  const load = {
    local: async () => (await import("../transport/local.ts")).localTransport(),
    ssh: async () => (await import("../transport/ssh.ts")).sshTransport(options),
  };
  const way = (connection: Target["connection"]): Promise<Transport> => {
    const known = opened.get(connection) ?? load[connection]();
    opened.set(connection, known);
    return known;
  };
  return {
    connect: async (target, signal) => (await way(target.connection)).connect(target, signal),
    close: async () => {
      for (const transport of opened.values()) await (await transport).close();
    },
  };
}
