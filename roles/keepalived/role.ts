import { defaultRoute, defineRole, defineTemplate, packages, service, sh, systemdUnit, template, z } from "ts-play";

const member = z.strictObject({
  name: z.string().describe("the host's name in the inventory"),
  address: z.ipv4().describe("its own address, from which it speaks to the others"),
  priority: z
    .int()
    .min(1)
    .max(254)
    .describe("of the hosts that are well, the one with the highest holds the virtual IP"),
});

const vars = z
  .strictObject({
    virtualIp: z.ipv4().describe("address that floats between the members, in their subnet and used by nobody else"),
    members: z
      .array(member)
      .min(2)
      .readonly()
      .describe(
        "all hosts that may hold it; they speak to each other one by one, because many networks drop multicast",
      ),
    interface: z
      .string()
      .regex(/^[^\s/"{}]{1,15}$/)
      .optional()
      .describe("carries the address; by default the one with the default route"),
    routerId: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe(
        "tells groups on one network apart, so it must be unique there; by default the last number of the virtual IP",
      ),
    checkUrl: z
      .url({ protocol: /^https?$/ })
      .regex(/^[^\s"]+$/)
      .describe("asked every second; a host that twice has no good answer to it loses the virtual IP to one that has"),
    checkWeight: z.int().min(1).max(253).default(50).describe("what a failing check takes off the priority"),
  })
  .superRefine(({ virtualIp, members, checkWeight }, context) => {
    for (const [path, message] of faultsOf(virtualIp, members, checkWeight)) {
      context.addIssue({ code: "custom", path: [path], message });
    }
  });

type Member = z.output<typeof member>;

/** What `keepalived -t` lets pass and still does not work. */
function faultsOf(virtualIp: string, members: readonly Member[], checkWeight: number): readonly [string, string][] {
  const priorities = members.map(({ priority }) => priority);
  const least = Math.min(...priorities);
  const gap = Math.max(...priorities) - least;
  const faults: readonly [boolean, string, string][] = [
    [
      members.some(({ address }) => address === virtualIp),
      "virtualIp",
      "is the own address of a member; it must float",
    ],
    [hasTwins(members.map(({ address }) => address)), "members", "two members have the same address"],
    [hasTwins(priorities), "members", "two members have the same priority"],
    // Else a host whose check fails would still outrank one that is well, and keep the address.
    [
      gap >= checkWeight,
      "checkWeight",
      `must be greater than ${gap}, the gap between the highest and the lowest priority`,
    ],
    [least <= checkWeight, "checkWeight", `must be less than ${least}, the lowest priority: no priority falls below 1`],
  ];
  return faults.flatMap(([wrong, path, message]) => (wrong ? [[path, message]] : []));
}

const hasTwins = (values: readonly unknown[]): boolean => new Set(values).size < values.length;

const config = defineTemplate(
  new URL("./keepalived.conf.ejs", import.meta.url),
  z.object({
    virtualIp: z.string(),
    self: member,
    peers: z.array(member).readonly(),
    device: z.string(),
    routerId: z.int(),
    checkUrl: z.string(),
    checkWeight: z.int(),
  }),
);

/** An address that survives the loss of a host. */
export const keepalived = defineRole({
  name: "keepalived",
  summary: "A virtual IP, held by the live host of the highest priority whose own service answers (VRRP).",
  vars,
  facts: { route: defaultRoute() },

  tasks: ({ vars, facts, host }) => {
    const configuration = template({
      path: "/etc/keepalived/keepalived.conf",
      content: config({
        virtualIp: vars.virtualIp,
        checkUrl: vars.checkUrl,
        checkWeight: vars.checkWeight,
        self: selfIn(vars.members, host.name),
        peers: vars.members.filter(({ name }) => name !== host.name),
        device: vars.interface ?? facts.route?.interface ?? "eth0",
        routerId: vars.routerId ?? (Number(vars.virtualIp.split(".").at(-1)) || 255),
      }),
      mode: "0640",
      // 0 only when nothing at all is wrong; from 2.2.5 on it is 0 for an empty file too, which this one is not.
      validate: (file) => sh`keepalived -t -f ${file}`,
    });
    const restart = systemdUnit({
      name: "keepalived",
      dropIn: "ts-play-restart",
      content: { Service: { Restart: "on-failure", RestartSec: 2 } },
    });

    return [
      packages({ names: ["keepalived", "curl"], units: ["keepalived"] }),
      restart,
      configuration,
      service({ unit: "keepalived", refresh: "reload" }, { onChangeOf: [configuration] }),
    ];
  },
});

function selfIn(members: readonly Member[], name: string): Member {
  const self = members.find((candidate) => candidate.name === name);
  if (self === undefined) throw new Error(`keepalived is to run on ${name}, which is not among its members`);
  return self;
}
