import { posixQuote } from "../posix-quote.ts";
import type { Become, Reveal } from "../transport.ts";

/** How the shell of one user is started from the login user. */
export interface ShellCommand {
  readonly argv: readonly string[];
  /** Set when the command may ask for a password; it is sent when the prompt is seen. */
  readonly password?: Reveal | undefined;
  /** What the command prints on stderr when it asks. */
  readonly prompt?: RegExp | undefined;
  /** What the started shell prints when no password is needed any more. */
  readonly ready?: string | undefined;
  /** For messages, such as `sudo to root`. */
  readonly title: string;
}

/** Who logs in, who the target wants to be, and whose shell is asked for (undefined: the target's own). */
export interface Identity {
  readonly loginUser: string | undefined;
  readonly become: Become | undefined;
  readonly user: string | undefined;
}

/** The command line that ends in `sh`, as the wanted user, evaluating the next `textBytes` bytes of its standard input. `salt` makes prompts unmistakable. */
export const shellCommand = ({ loginUser, become, user }: Identity, textBytes: number, salt: string): ShellCommand => {
  const evaluate = `eval "$(head -c ${textBytes})"`;
  const wanted = user ?? become?.user ?? loginUser;
  const direct = become === undefined && (user === undefined || user === loginUser);
  if (direct) return { argv: ["/bin/sh", "-c", evaluate], title: "the login shell" };
  if (user === undefined || user === become?.user) return raised(become!, evaluate, salt);
  if (become === undefined) return { argv: switchTo(user, evaluate), title: `su to ${user}` };
  return nested(become, user, evaluate, salt, wanted!);
};

/** As one line that sh, bash, zsh, fish and csh read alike. */
export const commandLine = ({ argv }: ShellCommand): string => `exec ${argv.map(posixQuote).join(" ")}`;

const raised = (become: Become, evaluate: string, salt: string): ShellCommand => {
  const ready = `ts-play-ready-${salt}`;
  const script = become.password ? `echo ${ready}; ${evaluate}` : evaluate;
  const inner = ["/bin/sh", "-c", script];
  const title = `${become.method} to ${checkedUser(become.user)}`;
  if (become.method === "su") return suCommand(become, script, ready, title);
  if (!become.password) return { argv: ["sudo", "-n", "-H", "-u", become.user, "--", ...inner], title };
  const marker = `ts-play-password-${salt}:`;
  const argv = ["sudo", "-S", "-p", marker, "-H", "-u", become.user, "--", ...inner];
  return { argv, title, ready, password: become.password, prompt: new RegExp(marker) };
};

// su has no option for its prompt; with LC_ALL=C it ends in "assword: ".
const suCommand = (become: Become, script: string, ready: string, title: string): ShellCommand => {
  const argv = ["env", "LC_ALL=C", ...switchTo(become.user, script)];
  if (!become.password) return { argv, title };
  return { argv, title, ready, password: become.password, prompt: /assword: ?$/ };
};

// Only root may become anybody without a password; sudo rules often allow root alone.
const nested = (become: Become, user: string, evaluate: string, salt: string, wanted: string): ShellCommand => {
  if (become.user === "root") {
    const outer = raised(become, evaluate, salt);
    const script = outer.argv.at(-1)!;
    if (become.method === "sudo")
      return {
        ...outer,
        argv: [...outer.argv.slice(0, -3), ...switchTo(user, script)],
        title: `sudo and su to ${wanted}`,
      };
    const inner = `exec ${switchTo(user, evaluate).map(doubleQuoted).join(" ")}`;
    return {
      ...outer,
      argv: [...outer.argv.slice(0, -1), script.replace(evaluate, () => inner)],
      title: `su to ${wanted}`,
    };
  }
  return raised({ ...become, user }, evaluate, salt);
};

const doubleQuoted = (word: string): string => `"${word.replace(/[\\"$`]/g, "\\$&")}"`;

const switchTo = (user: string, script: string): string[] => ["su", checkedUser(user), "-s", "/bin/sh", "-c", script];

const checkedUser = (user: string): string => {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?$/.test(user)) throw new Error(`${JSON.stringify(user)} is not a user name`);
  return user;
};
