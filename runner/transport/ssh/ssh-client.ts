import type { Duplex } from "node:stream";
import type { ShellLink } from "../session/shell-link.ts";

/** A logged-in SSH connection. */
export interface SshClient {
  /** Starts a command on a channel of its own. */
  exec(commandLine: string): Promise<ShellLink>;
  /** Opens a TCP connection from the server to somewhere else, for jump hosts. */
  forward(address: string, port: number): Promise<Duplex>;
  close(): Promise<void>;
  readonly alive: boolean;
}
