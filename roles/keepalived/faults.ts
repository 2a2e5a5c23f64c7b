import { paceOf } from "./check.ts";
import { type Instance, onFailureOf, routerIdOf } from "./instance.ts";
import type { Member, Vars } from "./vars.ts";

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Finding = readonly [wrong: boolean, path: string, message: string];

/** What `keepalived -t` lets pass and still does not work; found before any host is touched. */
export const faultsOf = (vars: Vars): readonly Fault[] => [
  ...twins(vars.members.map(({ name }) => name)).map((name) => fault(["members"], `${name} is there twice`)),
  ...twins(vars.members.map(({ address }) => address)).map((one) =>
    fault(["members"], `two members have the same address ${one}`),
  ),
  ...clashes(vars.instances),
  ...watchdogFaults(vars),
  ...vars.instances.flatMap((one, at) =>
    [
      ...addressFindings(one, vars.members),
      ...priorityFindings(one, vars.members),
      ...preemptFindings(one),
      ...versionFindings(one),
    ].flatMap(([wrong, path, message]) => (wrong ? [fault(["instances", at, ...path.split(".")], message)] : [])),
  ),
];

const fault = (path: Fault["path"], message: string): Fault => ({ path, message });

const twins = (values: readonly (string | number)[]): readonly (string | number)[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) < at)),
];

/** Among instances: names, addresses, and router ids on one interface. */
function clashes(instances: readonly Instance[]): readonly Fault[] {
  const ids = instances.map((one) => `router id ${routerIdOf(one)} on ${one.interface ?? "the default interface"}`);
  return [
    ...twins(instances.map(({ name }) => `name ${name}`)),
    ...twins(instances.flatMap(({ addresses }) => addresses.map((address) => `address ${address}`))),
    ...twins(ids),
  ].map((what) => fault(["instances"], `two instances have the same ${what}`));
}

/** Its sign of life is the start of a check. Two may be late on a busy host before it is taken for frozen. */
function watchdogFaults({ instances, watchdogSeconds }: Vars): readonly Fault[] {
  if (watchdogSeconds === undefined) return [];
  const periods = instances.flatMap(({ check, advertIntervalSeconds }) =>
    check ? [paceOf(check, advertIntervalSeconds).period] : [],
  );
  const path = ["watchdogSeconds"];
  if (periods.length === 0)
    return [fault(path, "needs an instance with a check: the start of one is its sign of life")];
  const least = 2 * Math.min(...periods) + 1;
  return watchdogSeconds >= least
    ? []
    : [fault(path, `must be at least ${least}: a check is started every ${Math.min(...periods)} s`)];
}

function addressFindings({ addresses, priorities }: Instance, members: readonly Member[]): readonly Finding[] {
  const own = addresses.filter((address) => members.some((member) => member.address === address));
  const strangers = Object.keys(priorities).filter((name) => !members.some((member) => member.name === name));
  return [
    ...addresses.map(
      (address): Finding => [
        /^(?:0|127|22[4-9]|2[3-5]\d)\.|^(?:::1?$|ff)/i.test(address),
        "addresses",
        `${address} is no address that a host of a network can have`,
      ],
    ),
    [own.length > 0, "addresses", `${own.join(", ")} is the own address of a member; it must float`],
    [strangers.length > 0, "priorities", `${strangers.join(", ")}: not among the members`],
  ];
}

/** The priority of a member in an instance. */
export const priorityOf = ({ priorities }: Instance, { name, priority }: Member): number =>
  priorities[name] ?? priority;

/** With equal priorities the host with the higher number in its address wins, which nobody chose. */
function priorityFindings(instance: Instance, members: readonly Member[]): readonly Finding[] {
  const values = members.map((member) => priorityOf(instance, member));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const weight = instance.check !== undefined && onFailureOf(instance) === "lower" ? instance.check.weight : undefined;
  return [
    [twins(values).length > 0, "priorities", `two members have the same priority ${twins(values).join(", ")}`],
    // Else a host whose check fails would still outrank one that is well, and keep the addresses.
    [
      weight !== undefined && most - least >= weight,
      "check.weight",
      `must be greater than ${most - least}, the gap between the highest and the lowest priority`,
    ],
    [
      weight !== undefined && least <= weight,
      "check.weight",
      `must be less than ${least}, the lowest priority: no priority falls below 1`,
    ],
  ];
}

const preemptFindings = ({ preempt, preemptDelaySeconds, check }: Instance): readonly Finding[] => [
  [
    !preempt && check?.onFailure === "lower",
    "check.onFailure",
    "must be release with `preempt: false`: a backup that does not preempt ignores a holder that has only lowered its priority, and the addresses would stay where the check fails",
  ],
  [!preempt && preemptDelaySeconds > 0, "preemptDelaySeconds", "delays a return that `preempt: false` forbids"],
];

/** Version 2 counts whole seconds, version 3 has no password. */
const versionFindings = ({ password, advertIntervalSeconds }: Instance): readonly Finding[] => [
  [
    password !== undefined && !Number.isInteger(advertIntervalSeconds),
    "password",
    "cannot go with adverts of a part of a second, which are VRRP version 3, and that has no password",
  ],
];
