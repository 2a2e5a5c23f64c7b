import { UnreachableError } from "../../errors.ts";
import type { ShellCommand } from "./shell-command.ts";
import type { ShellLink } from "./shell-link.ts";
import type { PreparedShell } from "./start-session.ts";
import { tokenStream } from "./token-stream.ts";

/** How the host's shell introduced itself. */
export interface Hello {
  /** Why it cannot work. */
  readonly failure?: string | undefined;
  readonly lock?: string | undefined;
}

const noiseLimit = 262_144;

/** Answers the one password prompt, sends the shell's text and skips everything that login scripts print until the hello. */
export const awaitHello = (
  host: string,
  link: ShellLink,
  command: ShellCommand,
  shell: PreparedShell,
  helloMs: number,
): Promise<Hello> =>
  new Promise((resolve, reject) => {
    const cut = tokenStream([shell.tokens.nonce]);
    let lock: string | undefined;
    let noise = "";
    let complaint = "";
    let asked = false;
    let sent = false;
    let heard = 0;

    const stop = (): void => {
      clearTimeout(timer);
      link.stdout.off("data", onStdout);
      link.stderr.off("data", onStderr);
    };
    const fail = (error: UnreachableError): void => {
      stop();
      reject(error);
    };
    const done = (hello: Hello): void => {
      stop();
      resolve(hello);
    };
    const timer = setTimeout(
      () => fail(noHello(host, command, `said nothing for ${helloMs / 1000} s`, complaint || noise)),
      helloMs,
    );

    const sendShell = (): void => {
      if (sent) return;
      sent = true;
      link.stdin.write(shell.text);
    };
    const tooNoisy = (chunk: Buffer): boolean => {
      heard += chunk.length;
      if (heard <= noiseLimit) return false;
      fail(noHello(host, command, `printed more than ${noiseLimit} bytes before it began`, ""));
      return true;
    };
    const onStdout = (chunk: Buffer): void => {
      if (tooNoisy(chunk)) return;
      noise = (noise + chunk.toString("latin1")).slice(-2000);
      if (command.ready && noise.includes(command.ready)) sendShell();
      for (const piece of cut(chunk)) {
        if (!("text" in piece)) continue;
        const [kind, ...rest] = piece.text.split(" ");
        if (kind === "h") done({ lock });
        if (kind === "f") done({ failure: rest.join(" ") });
        if (kind === "l") lock = rest.join(" ");
      }
    };
    const onStderr = (chunk: Buffer): void => {
      if (tooNoisy(chunk)) return;
      complaint = (complaint + chunk.toString("utf8")).slice(-2000);
      if (!command.prompt?.test(complaint) || sent) return;
      if (asked) {
        fail(wrongPassword(host, command));
        return;
      }
      asked = true;
      complaint = "";
      link.stdin.write(`${command.password!()}\n`);
    };

    link.stdout.on("data", onStdout);
    link.stderr.on("data", onStderr);
    void link.closed.then((reason) => fail(closedEarly(host, command, reason, complaint || noise, asked)));
    if (!command.password) sendShell();
  });

const wrongPassword = (host: string, { title }: ShellCommand): UnreachableError =>
  new UnreachableError(host, "become", `${title} refused the password (one try was made)`, {
    fix: "give the right become password with -K",
  });

const noHello = (host: string, { title, password }: ShellCommand, what: string, said: string): UnreachableError =>
  new UnreachableError(host, password ? "become" : "protocol", `${title} ${what}${quoted(said)}`, {
    fix: "look at what the login scripts of this user do when there is no terminal",
  });

const closedEarly = (
  host: string,
  command: ShellCommand,
  reason: string,
  said: string,
  asked: boolean,
): UnreachableError => {
  const raises = command.argv[0] !== "/bin/sh";
  if (raises && asked && /incorrect|failure|sorry/i.test(said)) return wrongPassword(host, command);
  if (raises && /password is required|a terminal is required/i.test(said))
    return new UnreachableError(host, "become", `${command.title} needs a password`, {
      fix: "give it with -K, or allow NOPASSWD for this user",
    });
  if (raises && said !== "") return new UnreachableError(host, "become", `${command.title} failed${quoted(said)}`);
  return new UnreachableError(
    host,
    raises ? "become" : "protocol",
    `${command.title} ended before it began (${reason})${quoted(said)}`,
  );
};

const quoted = (said: string): string => {
  const lines = said
    .replace(/[^\P{C}\n]/gu, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length === 0 ? "" : `: ${lines.slice(-2).join("; ").slice(0, 300)}`;
};
