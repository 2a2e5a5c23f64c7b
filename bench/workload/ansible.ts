import {
  commands,
  directories,
  files,
  groups,
  lines,
  linesFile,
  links,
  packageNames,
  shell,
  units,
  users,
} from "./spec.ts";

type AnsibleTask = Readonly<Record<string, unknown>>;

const task = (name: string, module: string, args: object, more: object = {}): AnsibleTask => ({
  name,
  [`ansible.builtin.${module}`]: args,
  ...more,
});

const template = (name: string): string => `templates/${name}.j2`;

/** The workload as an Ansible playbook, one task for each thing; JSON, which is YAML too. */
export const ansiblePlaybook = (): string =>
  JSON.stringify(
    [
      {
        hosts: "all",
        gather_facts: false,
        handlers: [task("reload systemd", "systemd", { daemon_reload: true })],
        tasks: [
          ...groups.map((name) => task(`group ${name}`, "group", { name })),
          ...users.map((user) => task(`user ${user.name}`, "user", { ...user, shell, create_home: false })),
          ...packageNames.map((name) => task(`package ${name}`, "apt", { name })),
          ...directories.map(({ path, mode }) =>
            task(`directory ${path}`, "file", { path, state: "directory", mode, owner: "root", group: "root" }),
          ),
          ...files.map(({ path, template: name, mode, owner, group }) =>
            task(`file ${path}`, "template", { src: template(name), dest: path, mode, owner, group }),
          ),
          ...lines.map(({ key, line }) =>
            task(`line ${key}`, "lineinfile", { path: linesFile, regexp: linePattern(key), line }),
          ),
          ...units.map(({ name, path, template: source }) =>
            task(`unit ${name}`, "template", { src: template(source), dest: path, mode: "0644" }, notify),
          ),
          { name: "reload systemd now", "ansible.builtin.meta": "flush_handlers" },
          ...units.map(({ name }) => task(`service ${name}`, "systemd", { name, enabled: true, state: "started" })),
          ...commands.map(({ creates }) => task(`command ${creates}`, "command", { cmd: `touch ${creates}`, creates })),
          ...links.map(({ path, target }) => task(`link ${path}`, "file", { path, src: target, state: "link" })),
        ],
      },
    ],
    undefined,
    1,
  );

const notify = { notify: "reload systemd" };

/** The line of a key, whatever its value. */
const linePattern = (key: string): string => `^${key.replaceAll(".", "\\.")}\\s*=`;
