import { existsSync } from "node:fs";
import { join } from "node:path";
import { sshArguments } from "../runner/lab/lab.ts";
import type { Fleet } from "./fleet.ts";
import { made, project } from "./folders.ts";
import type { Invocation } from "./measure.ts";

/** One way to do the work. */
export interface Contestant {
  readonly name: string;
  readonly about: string;
  readonly installed: boolean;
  /** Its targets must have Python. */
  readonly needsPython: boolean;
  /** Slow ones are run fewer times. */
  readonly slow: boolean;
  readonly invocation: (fleet: Fleet) => Invocation;
  /** How many changes it reports for each host; one number less per host that did not end well. */
  readonly changes: (output: string) => readonly number[];
}

export interface Places {
  /** The program that is measured. */
  readonly program: string;
  /** Where bench/peers.sh has installed. */
  readonly peers: string;
}

/** Everybody who takes part, in the order of the tables. */
export const contestants = ({ program, peers }: Places): readonly Contestant[] => [
  tsPlay(program),
  overSsh("ssh-batched", "the physical limit: one OpenSSH connection, one script, eight commands look at everything"),
  overSsh("ssh-naive", "one OpenSSH connection, one script that checks and applies task by task"),
  pyinfra(join(peers, "python")),
  ansible("mitogen", "Ansible with Mitogen (mitogen_linear)", join(peers, "python")),
  ansible("ansible", "Ansible, pipelining, 50 forks, ControlPersist, no fact gathering", join(peers, "python")),
];

export const playbook = join("bench", "workload", "site.ts");

const tsPlay = (program: string): Contestant => ({
  name: "ts-play",
  about: `node ${program} ${playbook}`,
  ...{ installed: true, needsPython: false, slow: false },
  invocation: ({ folder }) => ({
    program: process.execPath,
    args: [program, playbook, "-i", join(folder, "hosts.yaml"), "--output", "lines"],
  }),
  changes: (output) => numbers(output, /^\S+ +(?:ok|changed) +(?:\d+|-) +(\d+|-) +- +- +- /gm),
});

function overSsh(name: string, about: string): Contestant {
  return {
    ...{ name, about, installed: true, needsPython: false, slow: false },
    invocation: (fleet) => {
      const commands = fleet.hosts.map(({ bench_name, address, port }) => {
        const words = ["ssh", "-o", "BatchMode=yes", "-p", String(port), ...access(fleet, address), "sh", "-s"];
        return `${words.join(" ")} <${join(fleet.folder, `${bench_name}.${name}.sh`)}`;
      });
      const [only, ...more] = commands;
      const script = more.length === 0 ? `exec ${only}` : `${commands.map((one) => `${one} &`).join("\n")}\nwait`;
      return { program: "sh", args: ["-c", script] };
    },
    changes: (output) => numbers(output, /^changed (\d+)$/gm),
  };
}

const access = ({ lab, knownHostsFile }: Fleet, address: string): readonly string[] =>
  sshArguments({ privateKeyFile: lab.privateKeyFile, knownHostsFile }, `root@${address}`);

function pyinfra(python: string): Contestant {
  const program = join(python, "bin", "pyinfra");
  return {
    ...{ name: "pyinfra", about: "pyinfra -y", installed: existsSync(program), needsPython: true, slow: true },
    invocation: ({ folder }) => ({ program, args: ["-y", join(folder, "inventory.py"), join(made, "deploy.py")] }),
    changes: pyinfraChanges,
  };
}

/** Its table counts the operations of all hosts together: successes, errors, and what was right already. */
function pyinfraChanges(output: string): readonly number[] {
  const hosts = [...output.matchAll(/^\s*\[(\S+)\] +Connected/gm)];
  const [total] = output.matchAll(/Grand total\s+\d+\s+(\d+|-)\s+-\s+(?:\d+|-)/g);
  return total === undefined ? [] : hosts.map((_, index) => (index === 0 ? Number(total[1]?.replace("-", "0")) : 0));
}

function ansible(name: "ansible" | "mitogen", about: string, python: string): Contestant {
  const program = join(python, "bin", "ansible-playbook");
  const plugins = existsSync(program) && name === "mitogen" ? mitogenPlugins(python) : undefined;
  return {
    ...{ name, about, needsPython: true, slow: true },
    installed: existsSync(program) && (name === "ansible" || plugins !== undefined),
    invocation: (fleet) => ({
      program,
      args: ["-i", join(fleet.folder, "hosts.yaml"), join(made, "site.yml")],
      env: {
        ...settings(fleet),
        ...(plugins && { ANSIBLE_STRATEGY_PLUGINS: plugins, ANSIBLE_STRATEGY: "mitogen_linear" }),
      },
    }),
    changes: (output) => numbers(output, /^\S+\s+: ok=\d+\s+changed=(\d+)\s+unreachable=0\s+failed=0/gm),
  };
}

function mitogenPlugins(python: string): string | undefined {
  const versions = ["3.11", "3.12", "3.13", "3.14"];
  return versions
    .map((version) => join(python, "lib", `python${version}`, "site-packages/ansible_mitogen/plugins/strategy"))
    .find(existsSync);
}

/** Ansible's settings by environment, beside an empty configuration file, so that none of this machine has a say. */
const settings = ({ knownHostsFile, folder }: Fleet) => ({
  ANSIBLE_CONFIG: join(made, "ansible.cfg"),
  ANSIBLE_FORKS: "50",
  ANSIBLE_GATHERING: "explicit",
  ANSIBLE_HOST_KEY_CHECKING: "false",
  ANSIBLE_NOCOWS: "true",
  ANSIBLE_PIPELINING: "true",
  ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
  ANSIBLE_SSH_ARGS: `-F none -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${knownHostsFile} -o LogLevel=ERROR`,
  ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, "cp"),
  ANSIBLE_LOCAL_TEMP: join(project, "bench/.cache/ansible"),
  LC_ALL: "C.UTF-8",
});

/** The first group of each match as a number; a dash is none. */
const numbers = (text: string, pattern: RegExp): readonly number[] =>
  [...text.matchAll(pattern)].map(([, digits]) => (digits === "-" ? 0 : Number(digits)));
