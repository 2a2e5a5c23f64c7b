import { localTransport } from "../transport/local.ts";
import type { SshOptions } from "../transport/ssh/ssh-connections.ts";
import type { Target, Transport } from "../transport/transport.ts";

/** Reaches each host as its target says; the SSH library is loaded when the first host needs it. */
export function transports(options: SshOptions): Transport {
  const local = localTransport();
  let remote: Promise<Transport> | undefined;
  const ssh = () => {
    remote ??= import("../transport/ssh.ts").then(({ sshTransport }) => sshTransport(options));
    return remote;
  };
  return {
    connect: async (target: Target, signal?: AbortSignal) =>
      (target.connection === "local" ? local : await ssh()).connect(target, signal),
    close: async () => {
      await local.close();
      if (remote) await (await remote).close();
    },
  };
}
