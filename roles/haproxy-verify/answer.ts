import { type CommandResult, defineProbe, sh } from "ts-play";

/** One question through a service, as a client would ask it. */
export interface Question {
  readonly kind: "tcp" | "http" | "https";
  readonly address: string;
  readonly port: number;
  /** Of http and https. */
  readonly path: string;
  readonly host: string;
}

/**
 * What comes back through haproxy: the status of an HTTP answer; for tcp `open` when the connection stays or the server speaks,
 * because without a server haproxy takes the connection and closes it. Everything else is the reason why there is no answer.
 */
export const answer = defineProbe<Question, string>({
  name: "answer",
  summary: "What a client of a service is answered, asked on the balancer.",
  command: (question) => (question.kind === "tcp" ? connect(question) : request(question)),
  parse: (result, { kind }) => (kind === "tcp" ? connected(result) : statusOf(result)),
  bare: () => "no answer",
});

const place = ({ address, port }: Question): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port},connect-timeout=5`;

/** Whether the certificate is right is asked by haproxy's own check. */
function request(question: Question) {
  const { kind, path, host } = question;
  const to = kind === "https" ? `OPENSSL:${place(question)},verify=0` : `TCP:${place(question)}`;
  return sh`printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' ${path} ${host} |
  timeout 10 socat -t 8 STDIO ${to} 2>&1 | head -n 1`;
}

function statusOf({ stdout }: CommandResult): string {
  const line = stdout.trim();
  const status = /^HTTP\/\S+ (\d{3})/.exec(line)?.[1];
  // `2026/11/25 18:40:02 socat[42] E connect(...): Connection refused`
  return status ?? (line === "" ? "closed without an answer" : line.replace(/^.*socat\[\d+\] \w /, ""));
}

/** timeout(1) ends with 124 when the connection was still there. */
const connect = (question: Question) =>
  sh`{ timeout 1 socat -u TCP:${place(question)} STDOUT 2>/dev/null; printf '\nended %s' "$?"; } | tail -c 64`;

function connected({ stdout }: CommandResult): string {
  const [, said = "", code = ""] = /^([\s\S]*)\nended (\d+)$/.exec(stdout) ?? [];
  if (code === "124" || (code === "0" && said !== "")) return "open";
  return code === "0" ? "closed at once" : "no connection";
}
