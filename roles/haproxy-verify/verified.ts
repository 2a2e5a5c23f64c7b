import {
  type Answers,
  defineOperation,
  fileHash,
  fileText,
  type Probe,
  pathState,
  portHolders,
  TaskRefusal,
  template,
  unitState,
  z,
} from "ts-play";
import { bindsOf } from "../haproxy/binds.ts";
import { type Configuration, MODE, PATH } from "../haproxy/configuration.ts";
import { loadedConfiguration } from "../haproxy/loaded.ts";
import { LOOPBACK } from "../haproxy/preflight.ts";
import type { HaproxyVars } from "../haproxy/vars.ts";
import { answer, type Question } from "./answer.ts";
import {
  answerFinding,
  contentFinding,
  listenerFindings,
  loadedFinding,
  serverFindings,
  unitFindings,
} from "./findings.ts";
import { serverStates } from "./server-states.ts";

type Service = HaproxyVars["services"][number];

const args = z.strictObject({
  balancer: z.custom<HaproxyVars>().describe("the variables of the haproxy role"),
  wanted: z.custom<Configuration>().describe("the file that they make"),
  leastUp: z.int().optional().describe("servers of each service that must be up"),
  address: z.string().describe("the host's own"),
});

type Arguments = z.output<typeof args>;

const fixedReads = ({ wanted: { socket } }: Arguments) => ({
  unit: unitState("haproxy"),
  state: pathState(PATH),
  hash: fileHash(PATH),
  holders: portHolders(),
  loaded: loadedConfiguration(socket),
  servers: serverStates(socket),
});

type Fixed = ReturnType<typeof fixedReads>;
type Reads = Fixed & {
  readonly text?: Probe<string | undefined>;
  readonly [question: `answer ${string}`]: Probe<string>;
};

/** Looks at all of haproxy at once, and refuses with everything that is wrong. */
export const verified = defineOperation<typeof args, Reads>({
  name: "verified",
  summary: "Refuses with everything that is wrong with a running haproxy; changes nothing itself.",
  example: "verified({ balancer, wanted: configuration(balancer, 'debian'), address: '192.0.2.1' })",
  args,
  subject: () => "",
  read: (args) => ({
    ...fixedReads(args),
    // A file with a secret in it is compared, and not shown.
    ...(typeof args.wanted.content === "string" && { text: fileText(PATH) }),
    ...Object.fromEntries(
      args.balancer.services.map((service) => [`answer ${service.name}`, answer(questionOf(service, args.address))]),
    ),
  }),
  plan: ({ args, current }) => {
    const findings = [
      ...unitFindings(current.unit),
      ...fileFindings(args, current),
      ...(current.unit.active === "active" ? runFindings(args, current) : []),
    ];
    if (findings.length === 0) return [];
    throw new TaskRefusal(
      findings.join("\n"),
      "look at the servers that are named; what is haproxy's own, its role mends",
    );
  },
});

function fileFindings({ wanted }: Arguments, { state, hash, text }: Answers<Reads>): readonly string[] {
  const steps = template.plan({ args: { path: PATH, content: wanted.content, mode: MODE }, current: { state, hash } });
  if (steps.length === 0) return [];
  if (state.type === "absent") return [`${PATH} is not there`];
  return steps.flatMap(({ changes }) =>
    changes.map(({ attribute, from, to }) => {
      if (attribute !== "content") return `${PATH} was changed: ${attribute} is ${from}, wanted is ${to}`;
      return typeof wanted.content === "string" && text !== undefined
        ? contentFinding(wanted.content, text)
        : `${PATH} was changed`;
    }),
  );
}

function runFindings({ balancer, wanted, leastUp, address }: Arguments, seen: Answers<Reads>): readonly string[] {
  const { services } = balancer;
  const findings = [
    loadedFinding(seen.loaded, wanted.id),
    ...listenerFindings(bindsOf(balancer), seen.holders),
    ...services.flatMap((service) => (seen.servers ? serverFindings(service, seen.servers, leastUp) : [])),
    ...(leastUp === 0
      ? []
      : services.map((service) => {
          const { address: asked, port } = questionOf(service, address);
          return answerFinding(service, `${asked}:${port}`, seen[`answer ${service.name}`]!);
        })),
  ];
  return findings.filter((finding) => finding !== undefined);
}

/** Asked on an address that is this host's own, where the service listens on one. */
function questionOf({ addresses, port, check }: Service, own: string): Question {
  const [first = "*"] = [...addresses.filter((one) => [own, ...LOOPBACK].includes(one)), ...addresses];
  const address = ["*", "::"].includes(first) ? "127.0.0.1" : first;
  const { path, host = address } = check.kind === "tcp" ? { path: "/" } : check;
  return { kind: check.kind, address, port, path, host };
}
