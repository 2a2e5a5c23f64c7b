import {
  command,
  defineInventory,
  definePlaybook,
  defineRole,
  directory,
  file,
  localFile,
  play,
  service,
  sh,
  systemdUnit,
  user,
  z,
} from "ts-play";

const login = defineRole({
  name: "login",
  summary: "What only root may do, and what others do for themselves.",
  vars: z.object({ big: z.string() }),
  tasks: ({ vars }) => {
    const unit = systemdUnit({ name: "login-test", content: { Service: { ExecStart: "/usr/bin/sleep infinity" } } });
    return [
      directory({ path: "/srv/login", mode: "0750", group: "admin" }),
      file({ path: "/srv/login/secret", content: "root alone\n", mode: "0600" }),
      file({ path: "/etc/login-test.conf", content: "kept\n", owner: "admin" }),
      command({ run: sh`{ id -un; pwd; umask; echo "$HOME"; } >/srv/login/who`, creates: "/srv/login/who" }),
      user({ name: "newcomer" }),
      command(
        { run: sh`{ id -un; echo "$HOME"; } >"$HOME/who"`, creates: "/home/newcomer/who" },
        { becomeUser: "newcomer" },
      ),
      unit,
      service({ unit: "login-test", enabled: "any" }, { onChangeOf: [unit] }),
      vars.big !== "" && file({ path: "/srv/login/big", content: localFile(vars.big) }),
    ];
  },
});

/** A few tasks of each kind of right. */
export default definePlaybook({
  summary: "A few tasks of each kind of right.",
  inventory: defineInventory({ groups: { all: z.object({}) }, vars: z.object({ big: z.string().default("") }) }),
  plays: ({ groups: { all }, vars }) => [play({ title: "Login", on: all, roles: [login({ big: vars.big })] })],
});
