import { z } from "zod";
import { type Command, sh } from "../define/command.ts";
import { succeeds } from "../define/condition.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { change, predict, wait } from "../define/step.ts";
import { pathExists } from "../probes/path-exists.ts";
import { absolutePath } from "./absolute-path.ts";
import { lookingCommand } from "./condition-argument.ts";
import { exactlyOneOf } from "./one-of.ts";

const http = z.object({
  url: z
    .string()
    .regex(/^https?:\/\/[!-~]+$/, "a URL with http: or https: is needed")
    .describe("what is asked for, with GET; redirects are not followed by curl"),
  status: z.int().min(100).max(599).default(200).describe("the wanted status of the answer"),
  insecure: z.boolean().default(false).describe("take any certificate"),
});

const args = z
  .object({
    port: z.int().min(1).max(65535).optional().describe("until this TCP port accepts connections"),
    host: z
      .string()
      .regex(/^[\w:.][\w:.-]*$/, "a host name or an IP address is needed")
      .default("127.0.0.1")
      .describe("with `port`: the host that listens, as seen from the host that waits"),
    http: http.optional().describe("until this URL answers with the wanted status; asked from the host"),
    path: absolutePath.optional().describe("until there is something at this path"),
    command: lookingCommand.optional().describe("until this read-only command succeeds"),
    timeoutMs: z.int().positive().default(60_000).describe("how long to wait at most, ms"),
    intervalMs: z.int().min(10).default(1000).describe("pause between two looks, ms"),
  })
  .superRefine(exactlyOneOf("thing to wait for", ["port", "http", "path", "command"]));

type Arguments = z.output<typeof args>;

/** Waits until something holds: a port, a URL, a path or a command; not at all when it does already. */
export const waitFor = defineOperation({
  name: "waitFor",
  summary: "Waits until a port, a URL, a path or a command is ready; that is no change, so nothing reacts to it.",
  example: "waitFor({ port: 22, timeoutMs: 30_000 })",
  args,
  subject: subjectOf,
  read: (args) => ({ ready: readyProbe(args) }),
  plan: ({ args, current: { ready } }) => {
    if (ready) return [];
    const { timeoutMs, intervalMs } = args;
    const changes = [change(subjectOf(args), "not ready", "ready")];
    const effects = [predict(readyProbe(args), true)];
    // It waits because the host changes meanwhile, and not only in what is waited for.
    return [wait(lookAt(args), { timeoutMs, intervalMs, changes, effects, touches: ["everything"] })];
  },
});

function subjectOf({ port, host, http, path, command }: Arguments): string {
  if (port !== undefined) return `${host}:${port}`;
  return http?.url ?? path ?? String(command);
}

const readyProbe = (args: Arguments): Probe<boolean> =>
  args.path === undefined ? succeeds(lookAt(args).toString()) : pathExists(args.path);

function lookAt({ port, host, http, path, command }: Arguments): Command {
  if (port !== undefined) return connectTo(host, port);
  if (http !== undefined) return askFor(http);
  return command ?? sh`[ -e ${path!} ] || [ -L ${path!} ]`;
}

/** bash is asked, because `nc -z` is not in every nc; hosts without bash (Alpine) have one that knows it. */
const connectTo = (host: string, port: number): Command => sh`if command -v bash >/dev/null 2>&1
then timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${host} ${port} 2>/dev/null
else timeout 5 nc -z ${host} ${port}; fi`;

function askFor({ url, status, insecure }: z.output<typeof http>): Command {
  const [curl, wget] = insecure ? [["-k"], ["--no-check-certificate"]] : [[], []];
  return sh`if command -v curl >/dev/null 2>&1
then [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 10 ${curl} -- ${url})" = ${status} ]
else case "$(timeout 10 wget -S -O /dev/null ${wget} -- ${url} 2>&1)" in *HTTP/[12]*" "${status}" "*) ;; *) false ;; esac; fi`;
}
