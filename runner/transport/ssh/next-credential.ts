import type { Credential } from "./credentials.ts";

/** What to try next; `none` asks the server which methods it has, before a password is sent anywhere. */
export type Attempt<Parsed> = Credential<Parsed> | "none" | undefined;

/**
 * Makes the order in which a server is offered what we have; `left` are the methods that it still takes, unknown before the first answer.
 * A password is tried by one method only, so that a wrong one counts once.
 */
export const nextCredential = <Parsed>(
  credentials: readonly Credential<Parsed>[],
): ((left: readonly string[] | undefined) => Attempt<Parsed>) => {
  const waiting = [...credentials];
  return (left) => {
    const credential = waiting[0];
    if (credential?.kind === "password" && left === undefined) return "none";
    waiting.shift();
    if (credential?.kind !== "password") return credential;
    if (left?.includes("password")) return credential;
    return left?.includes("keyboard-interactive") ? { ...credential, kind: "questions" } : undefined;
  };
};
