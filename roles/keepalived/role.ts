import {
  type Answers,
  defaultRoute,
  defineRole,
  directory,
  file,
  type Host,
  interfaces,
  osRelease,
  packages,
  systemdUnit,
  type Task,
  template,
  user,
} from "ts-play";
import {
  checkPath,
  checkScriptOf,
  configOf,
  hookOf,
  type Local,
  notifyPath,
  selfIn,
  versionOf,
  wholeAddresses,
} from "./config.ts";
import { daemon } from "./daemon.ts";
import { type Instance, routerIdOf } from "./instance.ts";
import { networkFit } from "./network-fit.ts";
import { keepAddresses, networkFiles } from "./networkd.ts";
import { CONFIG, PARTS, SCRIPT_USER, scriptFolder } from "./places.ts";
import { tryConfig } from "./try-config.ts";
import { type Vars, vars } from "./vars.ts";

/** What the list of tasks depends on. */
export const facts = { os: osRelease(), route: defaultRoute(), interfaces: interfaces(), networks: networkFiles() };

interface Input {
  readonly vars: Vars;
  readonly facts: Answers<typeof facts>;
  readonly host: Host;
}

/** Addresses that survive the loss of a host. */
export const keepalived = defineRole({
  name: "keepalived",
  summary: "Virtual IPs, held by the live host of the highest priority whose own balancer answers (VRRP).",
  vars,
  facts,
  tasks: (input) => {
    const local = localOf(input);
    return [
      networkFit(input.vars, selfIn(input.vars, input.host), local, input.facts.interfaces),
      keptTasks(input, local),
    ];
  },
});

export const localOf = ({ facts, host }: Input): Local => ({
  host,
  folder: scriptFolder(facts.os.family),
  deviceOf: ({ interface: device }) => device ?? facts.route?.interface ?? "eth0",
});

/** All that the role keeps on a host. */
export function keptTasks({ vars, facts }: Input, local: Local): readonly Task[] {
  // One that was killed would leave them behind, beside the host that takes over.
  const leave = (instance: Instance) =>
    wholeAddresses(instance).map((address) => `-/sbin/ip address delete ${address} dev ${local.deviceOf(instance)}`);
  const scripts = vars.instances.flatMap((instance) => scriptsOf(instance, vars, local));
  const hooks = vars.instances.flatMap((instance) => hookOf(instance, local)?.command ?? []);
  const configuration = template({ path: CONFIG, content: configOf(vars, local), mode: "0640", validate: tryConfig });
  const restart = systemdUnit({
    name: "keepalived",
    dropIn: "ts-play-restart",
    content: {
      Service: {
        Restart: "on-failure",
        RestartSec: 2,
        ...watchdogOf(vars),
        ExecStopPost: [...vars.instances.flatMap(leave), ...hooks.flatMap(letFinish)],
      },
    },
  });
  return [
    // Red Hat's family always has curl, as `curl` or as `curl-minimal`, which do not go together.
    packages({ names: ["keepalived", ...(facts.os.family === "redhat" ? [] : ["curl"])], units: ["keepalived"] }),
    user({
      name: SCRIPT_USER,
      system: true,
      home: "/nonexistent",
      shell: "/usr/sbin/nologin",
      comment: "runs the checks of keepalived",
    }),
    ...keepAddresses(vars.instances.map(local.deviceOf), facts.networks),
    directory({ path: local.folder }),
    directory({ path: PARTS }),
    ...scripts,
    restart,
    configuration,
    daemon(
      { settings: startSettings(vars, local) },
      { name: "service keepalived.service", onChangeOf: [configuration] },
    ),
  ];
}

/** A process that is frozen dies of SIGKILL alone. The signs of life come from its checks. */
const watchdogOf = ({ watchdogSeconds }: Vars) =>
  watchdogSeconds === undefined ? {} : { WatchdogSec: watchdogSeconds, WatchdogSignal: "SIGKILL", NotifyAccess: "all" };

/** Each is read anew when it is run, so none is a reason to reload. */
const scriptsOf = (instance: Instance, vars: Vars, local: Local): readonly Task[] => {
  const check = checkScriptOf(instance, vars);
  const notify = instance.notify?.script;
  return [
    ...(check === undefined ? [] : [template({ path: checkPath(local, instance), content: check, mode: "0755" })]),
    ...(notify === undefined ? [] : [file({ path: notifyPath(local, instance), content: notify, mode: "0755" })]),
  ];
};

/** systemd kills what is left in the unit after its last command: a hook that was told of the stop has two seconds to end. */
const letFinish = (command: string): string => {
  const [program = ""] = command.split(" ");
  // In brackets, so that it does not find itself; what the shell or systemd would read may be any character.
  const running = `grep -qsa '[/]${program.slice(1).replace(/[^\w/-]/g, ".")}' /proc/[0-9]*/cmdline`;
  // The first look comes late enough for a busy host to have begun it.
  return `-/bin/sh -c "sleep 0.3; for i in 1 2 3 4 5 6 7 8 9 10; do ${running} || break; sleep 0.2; done"`;
};

const startSettings = ({ instances, watchdogSeconds }: Vars, local: Local): Readonly<Record<string, string>> => ({
  // systemd arms a unit's watchdog when it starts it.
  "all instances": watchdogSeconds === undefined ? "no watchdog" : `watchdog of ${watchdogSeconds} s`,
  ...Object.fromEntries(
    instances.map((one) => [
      one.name,
      `router id ${routerIdOf(one)} on ${local.deviceOf(one)}, ${one.transport}, VRRP version ${versionOf(one)}`,
    ]),
  ),
});
