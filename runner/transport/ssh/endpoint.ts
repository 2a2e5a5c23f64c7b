import type { Reveal } from "../transport.ts";

/** One SSH server on the way to a host, with all that is needed to log in there. */
export interface Endpoint {
  /** The inventory's name of the target (also for its jump hosts: it is the target that cannot be reached). */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: Reveal | undefined;
  /** Undefined: the agent's keys and the default identities. */
  readonly identityFiles: readonly string[] | undefined;
  readonly knownHostsFiles: readonly string[];
}

/** For messages: `deploy@10.0.0.5:22`. */
export const endpointName = ({ user, address, port }: Endpoint): string => `${user}@${address}:${port}`;
