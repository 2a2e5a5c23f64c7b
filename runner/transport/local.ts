import { userInfo } from "node:os";
import type { Readable, Writable } from "node:stream";
import { $ } from "zx/core";
import { posixQuote } from "./posix-quote.ts";
import { createConnection } from "./session/connection.ts";
import type { ShellCommand } from "./session/shell-command.ts";
import type { ShellLink } from "./session/shell-link.ts";
import type { Target, Transport } from "./transport.ts";

/** Reaches this machine itself, through the same shell on a pipe. */
export const localTransport = (): Transport => ({
  connect: async (target) => localConnection(target),
  close: async () => undefined,
});

const localConnection = (target: Target) =>
  createConnection({
    host: target.name,
    loginUser: userInfo().username,
    become: target.become,
    openShell: async (command) => spawnShell(command),
    close: async () => undefined,
  });

// zx would keep every byte of output in memory.
const forgetful = { push: () => 0, forEach: () => undefined, [Symbol.iterator]: () => [][Symbol.iterator]() } as never;

const spawnShell = ({ argv }: ShellCommand): ShellLink => {
  const child = $({
    shell: "/bin/sh",
    prefix: "exec ",
    postfix: "",
    quote: posixQuote,
    quiet: true,
    nothrow: true,
    stdio: ["pipe", "pipe", "pipe"],
    store: { stdout: forgetful, stderr: forgetful, stdall: forgetful },
  })`${argv}`;
  const closed: Promise<string> = child.then(({ exitCode, signal }) =>
    signal ? `the shell was ended by ${signal}` : `the shell ended with exit code ${exitCode}`,
  );
  const stdin: Writable = child.stdin;
  stdin.on("error", () => undefined);
  const stdout: Readable = child.stdout;
  return {
    stdin,
    stdout,
    stderr: child.stderr,
    closed,
    destroy: () => {
      stdin.destroy();
      stdout.destroy();
      child.stderr.destroy();
    },
  };
};
