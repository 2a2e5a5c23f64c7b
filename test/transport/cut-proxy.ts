import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** How a connection is broken: closed politely, reset, or silent for ever. */
export type Cut = "fin" | "rst" | "silence";

export interface CutProxyOptions {
  readonly port: number;
  readonly host?: string;
  /** Added to each direction, in milliseconds. */
  readonly delayMs?: number;
  /** Breaks connections after this many bytes of one direction: the first `connections` of them, or all. */
  readonly cut?:
    | { readonly how: Cut; readonly after: number; readonly direction: "up" | "down"; readonly connections?: number }
    | undefined;
}

/** A TCP proxy on loopback that delays and breaks connections; `up` is towards the server. */
export interface CutProxy {
  readonly port: number;
  /** Bytes that went through so far. */
  readonly bytes: { readonly up: number; readonly down: number };
  /** How many connections were made so far. */
  readonly connections: number;
  /** Breaks all open connections now. */
  cutNow(how: Cut): void;
  /** Turns one bit round in the middle of the next bytes of this direction. */
  flipNext(direction: "up" | "down"): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  silent: boolean;
  flip?: "up" | "down" | undefined;
}

export const startCutProxy = async (options: CutProxyOptions): Promise<CutProxy> => {
  const bytes = { up: 0, down: 0 };
  const pairs = new Set<Pair>();
  let connections = 0;

  const listener = createServer((client) => {
    connections += 1;
    const server = connect({ port: options.port, host: options.host ?? "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    const pair: Pair = { client, server, silent: false };
    pairs.add(pair);
    const cut = connections <= (options.cut?.connections ?? connections) ? options.cut : undefined;
    relay(pair, "up", { ...options, cut }, bytes);
    relay(pair, "down", { ...options, cut }, bytes);
    for (const socket of [client, server]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (!pair.silent) breakPair(pair, "fin");
        if (client.destroyed && server.destroyed) pairs.delete(pair);
      });
    }
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    port: (listener.address() as { port: number }).port,
    bytes,
    get connections() {
      return connections;
    },
    cutNow(how) {
      for (const pair of pairs) breakPair(pair, how);
    },
    flipNext(direction) {
      for (const pair of pairs) pair.flip = direction;
    },
    async stop() {
      for (const pair of pairs) breakPair(pair, "rst");
      listener.close();
      await once(listener, "close");
    },
  };
};

const relay = (
  pair: Pair,
  direction: "up" | "down",
  options: CutProxyOptions,
  bytes: { up: number; down: number },
): void => {
  const [from, to] = direction === "up" ? [pair.client, pair.server] : [pair.server, pair.client];
  const { cut, delayMs = 0 } = options;
  let passed = 0;
  const later = (action: () => void): void => {
    if (delayMs > 0) setTimeout(action, delayMs);
    else action();
  };
  from.on("data", (chunk) => {
    if (pair.silent) return;
    const limit = cut?.direction === direction ? cut.after - passed : chunk.length;
    const part = chunk.subarray(0, Math.max(0, limit));
    if (pair.flip === direction && part.length > 0) {
      part[part.length >> 1]! ^= 1;
      pair.flip = undefined;
    }
    passed += part.length;
    bytes[direction] += part.length;
    later(() => {
      if (!pair.silent && part.length > 0) to.write(part);
      if (cut && part.length < chunk.length) breakPair(pair, cut.how);
    });
  });
  from.on("end", () => later(() => (pair.silent ? undefined : to.end())));
};

const breakPair = (pair: Pair, how: Cut): void => {
  if (how === "silence") pair.silent = true;
  else if (how === "rst") for (const socket of [pair.client, pair.server]) socket.resetAndDestroy();
  else for (const socket of [pair.client, pair.server]) socket.destroySoon();
};
