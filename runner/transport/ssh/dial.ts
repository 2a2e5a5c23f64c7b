import { connect, type Socket } from "node:net";
import { UnreachableError, type UnreachableReason } from "../../errors.ts";

/** Opens a TCP connection. Throws UnreachableError (`dns`, `refused`, `timeout` or `lost`). */
export const dial = (
  host: string,
  address: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("error", onError);
      action();
    };
    const fail = (error: UnreachableError): void => {
      settle(() => reject(error));
      socket.on("error", () => undefined);
      socket.destroy();
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(dialError(host, address, port, error));
    const abort = (): void => fail(new UnreachableError(host, "lost", "the connection was given up"));
    const timer = setTimeout(() => {
      fail(new UnreachableError(host, "timeout", `${address}:${port} did not answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    socket.once("error", onError);
    socket.once("connect", () => settle(() => resolve(socket)));
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });

const reasons: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "timeout",
  ENETUNREACH: "timeout",
};

const dialError = (host: string, address: string, port: number, error: NodeJS.ErrnoException): UnreachableError => {
  const reason = reasons[error.code ?? ""] ?? "lost";
  const what = reason === "dns" ? `the name ${address} cannot be resolved` : `${address}:${port} cannot be reached`;
  return new UnreachableError(host, reason, `${what} (${error.code ?? error.message})`, { cause: error });
};
