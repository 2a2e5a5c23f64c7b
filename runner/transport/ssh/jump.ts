import { UnreachableError } from "../../errors.ts";

/** One jump host as ProxyJump names it. */
export interface Jump {
  readonly name: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
}

/** Reads ssh_config's ProxyJump: `[user@]host[:port]`, several with commas, or `ssh://` URIs; `none` is no jump. Throws UnreachableError. */
export const parseJumps = (host: string, text: string | undefined): readonly Jump[] =>
  text === undefined || text === "none" || text.trim() === ""
    ? []
    : text.split(",").map((word) => parseJump(host, word.trim()));

const parseJump = (host: string, word: string): Jump => {
  const match =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.%a-z]+)\]|([A-Za-z0-9_][A-Za-z0-9_.-]*))(?::(\d{1,5}))?$/.exec(
      word,
    );
  if (!match)
    throw new UnreachableError(host, "protocol", `${JSON.stringify(word)} is not a jump host`, {
      fix: "write [user@]host[:port]",
    });
  const [, user, bracketed, plain, port] = match;
  return { name: bracketed ?? plain!, user, port: port === undefined ? undefined : Number(port) };
};
