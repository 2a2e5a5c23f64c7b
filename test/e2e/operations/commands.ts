import {
  assert,
  command,
  defineRole,
  file,
  type Host,
  holds,
  hostsEntry,
  pathExists,
  reboot,
  secret,
  sh,
  userAccount,
  z,
} from "ts-play";

const vars = z.object({ helper: z.custom<Host>().describe("another host, where some tasks are done") });

/** Commands with each guard, as other users and on another host. */
export const commands = defineRole({
  name: "commands",
  summary: "Commands, assertions, other users, another host.",
  vars,
  tasks: ({ vars: { helper } }) => {
    const source = file({ path: "/srv/ops/source", content: "source\n" });
    return [
      assert({ that: true, message: "nothing is wrong" }),
      assert({ that: sh`test -d /proc/self`, message: "proc is mounted", fix: "mount /proc" }),
      assert({ that: holds(userAccount("root"), (root) => root?.uid === 0, "root is 0"), message: "root is root" }),

      source,
      command(
        { run: sh`cp source built`, cwd: "/srv/ops", creates: "/srv/ops/built", changes: [] },
        { onChangeOf: [source] },
      ),
      command(
        { run: sh`tr a-z A-Z <source >>reacted`, cwd: "/srv/ops", onlyWhenTriggered: true },
        { onChangeOf: [source] },
      ),
      command({
        run: sh`cat >/srv/ops/from-stdin`,
        stdin: "by standard input\n",
        unless: sh`test -s /srv/ops/from-stdin`,
      }),
      command({
        run: sh`cat >/srv/ops/secret-stdin; printf %s "$TOKEN" >>/srv/ops/secret-stdin`,
        stdin: secret("a secret,\n"),
        env: { TOKEN: secret("another one"), PLAIN: "plain" },
        umask: "077",
        creates: "/srv/ops/secret-stdin",
      }),
      command({
        run: sh`mkdir -p /srv/ops/${"odd dir"} && touch /srv/ops/${"odd dir"}/made`,
        unless: holds(pathExists("/srv/ops/odd dir/made"), (there) => there, "odd dir is made"),
        changes: ["tree:/srv/ops/odd dir"],
      }),
      command(
        { run: sh`echo try >>/srv/ops/tries`, unless: sh`[ "$(wc -l </srv/ops/tries)" -ge 3 ]` },
        { retries: 3, delayMs: 50, name: "third time lucky" },
      ),
      command(
        { run: sh`echo go >>/srv/ops/goes`, creates: "/srv/ops/goes" },
        { retries: 2, delayMs: 300, until: sh`test -e /srv/ops/goes` },
      ),

      command({ run: sh`id -un >"$HOME/who"`, creates: "/home/admin/who" }, { becomeUser: "admin" }),
      file({ path: "/home/admin/note", content: "admin's\n", owner: "admin", group: "admin" }, { becomeUser: "admin" }),
      command({ run: sh`id -un >/srv/opshome/who`, creates: "/srv/opshome/who" }, { becomeUser: "opsuser" }),

      hostsEntry({ address: "192.0.2.99", names: ["from.ops.test"] }, { runOn: helper }),
      file({ path: "/srv/from-another", content: "by way of another\n" }, { runOn: helper }),
      command(
        { run: sh`id -un >"$HOME/who"`, creates: "/home/admin/who" },
        { runOn: helper, becomeUser: "admin", name: "admin there" },
      ),
    ];
  },
});

/** What restarts the host, and what is done each time. */
export const finish = defineRole({
  name: "finish",
  summary: "A restart when it is due, and a command that always runs.",
  vars: z.object({}),
  tasks: () => [
    reboot({ reason: "a flag asks for it", when: sh`test -e /run/ops-reboot`, timeoutMs: 240_000 }),
    command({ run: sh`date >>/var/log/ops-runs`, always: "each run is counted", changes: [] }),
  ],
});
