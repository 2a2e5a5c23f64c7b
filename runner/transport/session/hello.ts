import type { UnreachableError } from "../../errors.ts";
import { closedEarly, noHello, wrongPassword } from "./hello-error.ts";
import type { ShellCommand } from "./shell-command.ts";
import type { ShellLink } from "./shell-link.ts";
import type { PreparedShell } from "./start-session.ts";
import { type Piece, tokenStream } from "./token-stream.ts";

/** How the host's shell introduced itself. */
export interface Hello {
  /** Why it cannot work. */
  readonly failure?: string | undefined;
  readonly lock?: string | undefined;
}

interface Start {
  readonly host: string;
  readonly link: ShellLink;
  readonly command: ShellCommand;
  readonly shell: PreparedShell;
}

const noiseLimit = 262_144;
const remembered = 2_000;

/** Answers the one password prompt, sends the shell's text and skips everything that login scripts print until the hello. Throws UnreachableError. */
export const awaitHello = (start: Start, helloMs: number): Promise<Hello> => {
  const listener = new HelloListener(start);
  const timer = setTimeout(() => listener.giveUp(`said nothing for ${helloMs / 1000} s`), helloMs);
  return listener.outcome.finally(() => {
    clearTimeout(timer);
    listener.stop();
  });
};

class HelloListener {
  readonly outcome: Promise<Hello>;
  readonly #start: Start;
  readonly #cut: (chunk: Buffer) => Piece[];
  #resolve: (hello: Hello) => void = () => undefined;
  #reject: (error: UnreachableError) => void = () => undefined;
  #noise = "";
  #complaint = "";
  #heard = 0;
  #lock: string | undefined;
  #asked = false;
  #sent = false;

  constructor(start: Start) {
    this.#start = start;
    this.#cut = tokenStream([start.shell.tokens.nonce]);
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    start.link.stdout.on("data", this.#onStdout);
    start.link.stderr.on("data", this.#onStderr);
    void start.link.closed.then((reason) =>
      this.#reject(closedEarly(start.host, start.command, reason, this.#said(), this.#asked)),
    );
    if (!start.command.password) this.#sendShell();
  }

  giveUp(what: string): void {
    this.#reject(noHello(this.#start.host, this.#start.command, what, this.#said()));
  }

  stop(): void {
    this.#start.link.stdout.off("data", this.#onStdout);
    this.#start.link.stderr.off("data", this.#onStderr);
  }

  readonly #onStdout = (chunk: Buffer): void => {
    if (this.#tooNoisy(chunk)) return;
    this.#noise = (this.#noise + chunk.toString("latin1")).slice(-remembered);
    const { ready } = this.#start.command;
    if (ready && this.#noise.includes(ready)) this.#sendShell();
    for (const piece of this.#cut(chunk)) if ("text" in piece) this.#frame(piece.text);
  };

  readonly #onStderr = (chunk: Buffer): void => {
    if (this.#tooNoisy(chunk)) return;
    this.#complaint = (this.#complaint + chunk.toString("utf8")).slice(-remembered);
    if (this.#start.command.prompt?.test(this.#complaint) && !this.#sent) this.#answerPrompt();
  };

  // One try: a second question means that the first answer was wrong, and three wrong ones lock accounts.
  #answerPrompt(): void {
    const { host, link, command } = this.#start;
    if (this.#asked) this.#reject(wrongPassword(host, command));
    else link.stdin.write(`${command.password!()}\n`);
    this.#asked = true;
    this.#complaint = "";
  }

  #frame(text: string): void {
    const rest = text.slice(2);
    if (text.startsWith("l ")) this.#lock = rest;
    else if (text.startsWith("h ")) this.#resolve({ lock: this.#lock });
    else if (text.startsWith("f ")) this.#resolve({ failure: rest });
  }

  #sendShell(): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#start.link.stdin.write(this.#start.shell.text);
  }

  #tooNoisy(chunk: Buffer): boolean {
    this.#heard += chunk.length;
    if (this.#heard > noiseLimit) this.giveUp(`printed more than ${noiseLimit} bytes before it began`);
    return this.#heard > noiseLimit;
  }

  #said(): string {
    return this.#complaint || this.#noise;
  }
}
