import { LockedError, UnreachableError } from "../../errors.ts";
import type { Become, Connection, Session } from "../transport.ts";
import { type ShellCommand, shellCommand } from "./shell-command.ts";
import type { ShellLink } from "./shell-link.ts";
import { oneLine, prepareShell, type Started, startSession } from "./start-session.ts";

/** What a way to reach hosts must give, so that sessions can be opened over it. */
export interface ShellHost {
  readonly host: string;
  readonly loginUser: string | undefined;
  readonly become: Become | undefined;
  openShell(command: ShellCommand): Promise<ShellLink>;
  close(): Promise<void>;
}

/** One connection: a shell per user, each started once, and the lock held by the default one. */
export const createConnection = (way: ShellHost): Connection => {
  const sessions = new Map<string | undefined, Promise<Started>>();
  let lockOwner: string | undefined;

  const open = (user: string | undefined): Promise<Started> => {
    const known = sessions.get(user);
    if (known) return known;
    const started = startShell(way, user, user === undefined ? lockOwner : undefined);
    sessions.set(user, started);
    return started;
  };

  return {
    session: async (user?: string): Promise<Session> =>
      (await open(user === (way.become?.user ?? way.loginUser) ? undefined : user)).session,
    async lock(owner) {
      const early = !sessions.has(undefined);
      if (early) lockOwner = owner;
      const { session, lock } = await open(undefined);
      checkLock(
        way.host,
        (early ? lock : await session.requestLock(oneLine(owner))) ?? "error the host did not answer",
      );
    },
    async close() {
      const started = await Promise.allSettled(sessions.values());
      for (const outcome of started) if (outcome.status === "fulfilled") outcome.value.session.end();
      await way.close();
    },
  };
};

const startShell = async (
  way: ShellHost,
  user: string | undefined,
  lockOwner: string | undefined,
): Promise<Started> => {
  const shell = prepareShell(lockOwner);
  const { host, loginUser, become } = way;
  const command = shellCommand({ loginUser, become, user }, Buffer.byteLength(shell.text), shell.salt);
  return startSession(host, await way.openShell(command), command, shell);
};

const checkLock = (host: string, answer: string): void => {
  if (answer === "ok") return;
  const [kind, ...rest] = answer.split(" ");
  const text = rest.join(" ").trim();
  if (kind === "error") throw new UnreachableError(host, "protocol", `the host's lock cannot be taken: ${text}`);
  throw new LockedError(`${host} is locked by ${text === "" ? "another run" : text}`, {
    fix: "wait until that run has ended, or end it; the lock goes with it",
  });
};
