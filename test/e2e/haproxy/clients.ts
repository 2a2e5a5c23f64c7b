import { createConnection, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";

const PATIENCE_MS = 20_000;
const PAUSE_MS = 50;
const REQUEST = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

/** Asks over a connection that is open; throws when no whole answer comes. */
function ask(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      clearTimeout(timer);
      settle();
    };
    const timer = setTimeout(() => done(() => reject(new Error("no answer"))), PATIENCE_MS);
    const listeners = {
      data: (data: Buffer) => done(() => resolve(data.toString("latin1"))),
      error: (error: Error) => done(() => reject(error)),
      close: () => done(() => reject(new Error("closed"))),
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    if (socket.destroyed) done(() => reject(new Error("closed")));
    else socket.write(REQUEST);
  });
}

/** The host that answers over a new connection. */
export async function answerOf(address: string, port: number): Promise<string> {
  const socket = createConnection({ host: address, port });
  try {
    return (await ask(socket)).trim().split("\n").at(-1)!;
  } finally {
    socket.destroy();
  }
}

/** Opens a new connection every 20 ms, whatever became of the ones before, until it is stopped. */
export function knock(address: string, port: number) {
  const tries: Promise<string>[] = [];
  const timer = setInterval(() => {
    tries.push(answerOf(address, port).then(() => "", String));
  }, 20);
  return {
    /** How many were opened so far. */
    tried: () => tries.length,
    /** Once so many more were opened. */
    async more(count: number) {
      const enough = tries.length + count;
      while (tries.length < enough) await pause(20);
    },
    /** Why each that got no answer got none. */
    async stop() {
      clearInterval(timer);
      return (await Promise.all(tries)).filter(Boolean);
    },
  };
}

/** One connection, answered once, that is asked again and again until it is stopped or lost; over TLS where the service is. */
export async function session(address: string, port: number, secure = false) {
  const to = { host: address, port };
  const socket = secure ? connectTls({ ...to, rejectUnauthorized: false }) : createConnection(to);
  // It may end while nobody asks, which the next question tells.
  socket.on("error", () => undefined);
  let stopped = false;
  await ask(socket);
  const over = (async () => {
    for (let answers = 1; ; answers++) {
      if (stopped) return { answers, lost: undefined };
      const lost = await ask(socket).then(() => undefined, String);
      if (lost !== undefined) return { answers, lost };
      await pause(PAUSE_MS);
    }
  })();
  return {
    /** How it ended, once it has. */
    over,
    stop() {
      stopped = true;
      return over.finally(() => socket.destroy());
    },
  };
}
