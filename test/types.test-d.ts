/** What must not compile. `npm run check` fails when one of these lines is accepted; no line here is ever run. */
import {
  defineDrill,
  defineInventory,
  defineOperation,
  defineOutput,
  definePlaybook,
  defineProbe,
  defineRole,
  defineTemplate,
  directory,
  file,
  Group,
  type Host,
  holds,
  holdsAddress,
  osRelease,
  packages,
  pathState,
  play,
  refOf,
  run,
  type Secret,
  secretText,
  service,
  sh,
  tcpClient,
  template,
  theHolder,
  unitState,
  write,
  z,
} from "ts-play";
import { FakeHost } from "ts-play/testing";

const vars = z.object({ port: z.int(), name: z.string().default("web") });
const greeting = defineTemplate(new URL("./none.ejs", import.meta.url), vars.required());
const web = defineRole({ name: "web", summary: "Serves.", vars, tasks: () => [] });
const token = defineOutput({ name: "token", command: sh`make-token`, parse: ({ stdout }) => stdout });
const size = defineOutput({ name: "size", command: sh`nproc`, parse: ({ stdout }) => Number(stdout) });
const inventory = defineInventory({
  groups: { balancers: z.object({ priority: z.int() }), workers: z.object({}) },
  vars: z.object({ virtual_ip: z.ipv4() }),
});
declare const secretToken: Secret;
declare const balancers: Group<Host<{ priority: number }>>;
declare const workers: Group<Host>;

export const roleVariables = () => [
  web({ port: 80 }),
  web({ port: 80 }, { name: "web-1", tags: ["edge"] }),
  // @ts-expect-error: a variable without a default is missing
  web({}),
  // @ts-expect-error: a variable has the wrong type
  web({ port: "80" }),
  // @ts-expect-error: there is no such variable
  web({ port: 80, prot: 80 }),
  // @ts-expect-error: options of a call are its name and its tags
  web({ port: 80 }, { tag: "edge" }),
];

export const operationArguments = () => [
  file({ path: "/etc/motd", content: "hello" }),
  // @ts-expect-error: the content is missing
  file({ path: "/etc/motd" }),
  // @ts-expect-error: the content is a number
  file({ path: "/etc/motd", content: 1 }),
  // @ts-expect-error: a mode is text, because 0644 is not the number it looks like
  file({ path: "/etc/motd", content: "hello", mode: 644 }),
  // @ts-expect-error: there is no such argument
  file({ path: "/etc/motd", contents: "hello" }),
  // @ts-expect-error: there is no such way to refresh a unit
  service({ unit: "nginx", refresh: "bounce" }),
  // @ts-expect-error: names of packages are a list
  packages({ names: "nginx" }),
  // @ts-expect-error: a folder has no content
  directory({ path: "/etc/app", content: "hello" }),
  // @ts-expect-error: the value is a number, the file wants text
  file({ path: "/etc/size", content: size.from(workers) }),
  // @ts-expect-error: a template's data is rendered first: config({...})
  template({ path: "/etc/app.conf", content: greeting }),
];

export const taskOptions = () => {
  const motd = file({ path: "/etc/motd", content: "hello" });
  return [
    service({ unit: "nginx" }, { onChangeOf: [motd], retries: 3, until: sh`curl -f http://localhost` }),
    service({ unit: "nginx" }, { until: holds(unitState("nginx"), ({ active }) => active === "active", "it runs") }),
    // @ts-expect-error: a task is named by itself, not by its title
    service({ unit: "nginx" }, { onChangeOf: ["file /etc/motd"] }),
    // @ts-expect-error: what is reacted to is a list
    service({ unit: "nginx" }, { onChangeOf: motd }),
    // @ts-expect-error: an operation is not yet a task
    service({ unit: "nginx" }, { onChangeOf: [file] }),
    // @ts-expect-error: there is no such option
    service({ unit: "nginx" }, { notify: [motd] }),
    // @ts-expect-error: durations are numbers of ms
    service({ unit: "nginx" }, { timeoutMs: "10s" }),
    // @ts-expect-error: a host is named by itself, so that a typing mistake is none at run time
    service({ unit: "nginx" }, { runOn: "lb1" }),
    // @ts-expect-error: a condition is a command or holds(...), not text for a shell
    service({ unit: "nginx" }, { until: "curl -f http://localhost" }),
  ];
};

export const templates = () => [
  greeting({ port: 80, name: "web" }),
  // @ts-expect-error: the template's data lacks a value
  greeting({ port: 80 }),
  // @ts-expect-error: a value has the wrong type
  greeting({ port: 80, name: 1 }),
  // @ts-expect-error: the template takes no such value
  greeting({ port: 80, name: "web", colour: "red" }),
];

export const factsAndAnswers = () => [
  defineRole({
    name: "app",
    summary: "Uses a fact.",
    vars,
    facts: { os: osRelease() },
    tasks: ({ vars: given, facts, host }) => [
      file({ path: "/etc/os", content: `${facts.os.id} ${given.name} ${host.name}` }),
      // @ts-expect-error: this fact was not asked for
      file({ path: "/etc/route", content: `${facts.route}` }),
      // @ts-expect-error: the probe's answer has no such field
      file({ path: "/etc/kernel", content: `${facts.os.kernel}` }),
      // @ts-expect-error: the role has no such variable
      file({ path: "/etc/port", content: `${given.prot}` }),
      // @ts-expect-error: what a role is not told as a variable it does not know
      file({ path: "/etc/priority", content: `${host.priority}` }),
    ],
  }),
  // @ts-expect-error: a role returns tasks, not their names
  defineRole({ name: "app", summary: "Returns text.", vars, tasks: () => ["file /etc/motd"] }),
  // @ts-expect-error: a fact is a probe with its argument, here osRelease()
  defineRole({ name: "app", summary: "Asks nothing.", vars, facts: { os: osRelease }, tasks: () => [] }),
  // @ts-expect-error: the probe's answer has no such field
  holds(pathState("/etc/motd"), (state) => state.colour === "red", "it is red"),
];

export const probes = () => [
  // @ts-expect-error: a probe says what a bare host answers
  defineProbe({ name: "kernel", summary: "Kernel.", command: () => sh`uname -r`, parse: ({ stdout }) => stdout }),
  // @ts-expect-error: the bare answer is of the type that parse gives
  defineProbe({ name: "n", summary: "N.", command: () => sh`nproc`, parse: () => 1, bare: () => "one" }),
];

export const operations = () => [
  defineOperation({
    name: "greeting",
    summary: "A file that greets.",
    example: "greeting({ name: 'you' })",
    args: z.object({ name: z.string() }),
    subject: ({ name }) => name,
    read: () => ({ state: pathState("/etc/motd") }),
    plan: ({ args, current }) => [
      run(sh`greet ${args.name} ${current.state.type}`),
      // @ts-expect-error: nothing of this name is read
      run(sh`greet ${current.hash}`),
      // @ts-expect-error: the operation has no such argument
      run(sh`greet ${args.nmae}`),
      // @ts-expect-error: a step is data from run, write, remove ..., not a command
      sh`greet`,
    ],
  }),
  // @ts-expect-error: a write says mode, owner and group, so that none is left to chance
  write({ path: "/etc/motd", content: "hello" }),
];

export const commands = () => [
  sh`useradd ${"web"} ${["-g", "web"]} ${1000}`,
  // @ts-expect-error: arguments show in process lists: give a secret by stdin or env
  sh`login --password ${secretToken}`,
  // @ts-expect-error: an object has no form as an argument
  sh`useradd ${{ name: "web" }}`,
  // @ts-expect-error: nor has what may be missing
  sh`useradd ${undefined as string | undefined}`,
  // @ts-expect-error: only a value of text can be an argument
  sh`useradd ${size.from(workers)}`,
];

export const secretsAndRefs = () => {
  const joining = defineRole({
    name: "join",
    summary: "Joins.",
    vars: z.object({ token: refOf<string>(), key: secretText() }),
    tasks: () => [],
  });
  return [
    joining({ token: token.from(balancers.first), key: "from the inventory" }),
    joining({ token: size.from(balancers).map(String), key: secretToken }),
    // @ts-expect-error: the value is a number, text is wanted
    joining({ token: size.from(balancers), key: secretToken }),
    // @ts-expect-error: a value of another host is asked for with output.from(group)
    joining({ token: "abc", key: secretToken }),
    // @ts-expect-error: an output is asked of a group, not of a name
    joining({ token: token.from("balancers"), key: secretToken }),
    // @ts-expect-error: a secret has no length, no parts and no text
    secretToken.slice(0, 3),
  ];
};

export const plays = () => [
  play({ title: "All", on: workers, batch: [1, "10%", "100%"], maxFailures: "25%", roles: [web({ port: 80 })] }),
  play({ title: "Each", on: balancers, roles: ({ priority }) => [web({ port: priority })] }),
  // @ts-expect-error: the hosts of this group have no such property
  play({ title: "Each", on: workers, roles: ({ priority }) => [web({ port: priority })] }),
  // @ts-expect-error: a play is on a group, which the compiler knows, not on a name
  play({ title: "All", on: "workers", roles: [web({ port: 80 })] }),
  // @ts-expect-error: a play is on a group: new Group("one", [host])
  play({ title: "All", on: workers.hosts[0], roles: [web({ port: 80 })] }),
  // @ts-expect-error: a percentage begins with a number
  play({ title: "All", on: workers, batch: "x%", roles: [web({ port: 80 })] }),
  // @ts-expect-error: "25" is neither a number nor a percentage
  play({ title: "All", on: workers, maxFailures: "25", roles: [web({ port: 80 })] }),
  // @ts-expect-error: a role is called with its variables first
  play({ title: "All", on: workers, roles: [web] }),
  // @ts-expect-error: a play has roles, tasks stand in a role
  play({ title: "All", on: workers, roles: [file({ path: "/etc/motd", content: "hello" })] }),
  // @ts-expect-error: a play without roles does nothing
  play({ title: "All", on: workers }),
];

export const playbooks = () => [
  definePlaybook({
    summary: "All.",
    inventory,
    plays: ({ groups, vars: { virtual_ip } }) => [
      play({
        title: virtual_ip,
        on: groups.balancers,
        roles: ({ priority, name }) => [web({ port: priority, name })],
      }),
      // @ts-expect-error: a group that asks for nothing has hosts with a name and an address, and nothing else
      play({ title: "All", on: groups.workers, roles: ({ priority }) => [web({ port: 80, name: `${priority}` })] }),
      // @ts-expect-error: and the name is text
      play({ title: "All", on: groups.workers, roles: ({ name }) => [web({ port: name })] }),
      // @ts-expect-error: the contract has no such group
      play({ title: "Databases", on: groups.databases, roles: [] }),
    ],
  }),
  // @ts-expect-error: the contract has no such value
  definePlaybook({ summary: "All.", inventory, plays: ({ vars: { router_ip } }) => [router_ip] }),
  // @ts-expect-error: a playbook returns plays
  definePlaybook({ summary: "All.", inventory, plays: () => [web({ port: 80 })] }),
  // @ts-expect-error: without its contract a playbook knows no group
  definePlaybook({ summary: "All.", plays: () => [] }),
  // @ts-expect-error: a group of hosts that lack a property is not one of hosts that have it
  new Group("all", workers.hosts) satisfies Group<Host<{ priority: number }>>,
];

export const tests = () => [
  new FakeHost().apply(web({ port: 80 })),
  // @ts-expect-error: a role is called with its variables first
  new FakeHost().apply(web),
  // @ts-expect-error: the probe does not answer with text
  new FakeHost().set(pathState("/etc/motd"), "there"),
];

export const drills = () =>
  defineDrill({
    summary: "Stops.",
    inventory,
    args: z.object({ maxGapMs: z.int().default(5000) }),
    scenario: ({ groups, vars, args }) => ({
      watch: tcpClient({ address: vars.virtual_ip, port: 80 }),
      // @ts-expect-error: the inventory has no such group
      held: { by: groups.balancer, when: holds(holdsAddress(vars.virtual_ip), (yes) => yes, "holds") },
      guards: [],
      victim: theHolder(groups.balancers),
      // @ts-expect-error: what breaks is a fault, not a name
      faults: ["stop haproxy"],
      // @ts-expect-error: the drill has no such argument
      limits: { maxGapMs: args.maxGap },
    }),
  });
