import { UnreachableError } from "../../errors.ts";
import { describeMismatch, type ServerOffer } from "./algorithms.ts";
import { type Endpoint, endpointName } from "./endpoint.ts";

/** What was seen of a login that failed. */
export interface LoginFailure {
  readonly message: string;
  /** ssh2's own word for the phase, such as `client-authentication`. */
  readonly level?: string | undefined;
  readonly offer: ServerOffer;
  /** Names of what was offered for authentication. */
  readonly tried: readonly string[];
  /** Why the connection ended, when the server said so. */
  readonly sawServer: boolean;
}

/** The message for a login that failed for another reason than the host key. */
export const loginError = (endpoint: Endpoint, failure: LoginFailure): UnreachableError => {
  const { host } = endpoint;
  const at = endpointName(endpoint);
  if (failure.level === "client-authentication") return authError(endpoint, failure);
  if (/too many authentication failures/i.test(failure.message))
    return new UnreachableError(
      host,
      "auth",
      `${at} closed the door: too many authentication failures (tried ${list(failure.tried)})`,
      {
        fix: "name the one right key with ansible_ssh_private_key_file",
      },
    );
  const mismatch = describeMismatch(failure.message, failure.offer);
  if (mismatch)
    return new UnreachableError(host, "protocol", `${at}: ${mismatch}`, {
      fix: "update the server or its sshd_config",
    });
  if (failure.level === "client-timeout")
    return new UnreachableError(host, "timeout", `${at} did not finish the login in time`);
  if (failure.level === "client-socket" || !failure.sawServer || /lost|closed|reset|keepalive/i.test(failure.message))
    return new UnreachableError(
      host,
      "lost",
      `${at} dropped the connection before the login was done (${failure.message})`,
    );
  return new UnreachableError(host, "protocol", `${at}: ${failure.message}`);
};

const authError = (endpoint: Endpoint, { tried }: LoginFailure): UnreachableError => {
  const said = tried.length === 0 ? "there was no key or password to offer" : `it refused ${list(tried)}`;
  return new UnreachableError(endpoint.host, "auth", `${endpointName(endpoint)} does not let us in: ${said}`, {
    fix: "give a key with --private-key or ansible_ssh_private_key_file, load it into the agent, or ask for a password with -k",
  });
};

const list = (tried: readonly string[]): string => (tried.length === 0 ? "nothing" : [...new Set(tried)].join(", "));
