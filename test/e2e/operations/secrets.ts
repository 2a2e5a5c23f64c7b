import {
  block,
  command,
  defineInventory,
  definePlaybook,
  defineRole,
  defineTemplate,
  directory,
  file,
  line,
  play,
  secretText,
  sh,
  template,
  user,
  z,
} from "ts-play";

const canaries = z.object({
  quotes: secretText(),
  lines: secretText(),
  unicode: secretText(),
  dollars: secretText(),
  percents: secretText(),
  short: secretText(),
  backslashes: secretText(),
  long: secretText(),
  password_hash: secretText(),
});
const vars = canaries.extend({ fail: z.string().default("no") });

const access = defineTemplate(new URL("./access.conf.ejs", import.meta.url), z.object({ token: secretText() }));

/** Every process lives until it has been looked at, where somebody looks at them round after round. */
const slowly = sh`f=/run/secrets-sample.rounds; n=$(cat "$f" 2>/dev/null | wc -l); while [ -e "$f" ] && [ "$(cat "$f" | wc -l)" -lt $((n + 2)) ]; do sleep 0.3; done`;
const printed = sh`printf '%s\\n' "$CANARY" "$(printf %s "$CANARY" | base64 -w 0)" "$(cat)" "x $CANARY y" >&2`;

const keeper = defineRole({
  name: "keeper",
  summary: "Secrets wherever a task takes them.",
  vars,
  tasks: ({ vars }) => [
    directory({ path: "/srv/secrets", mode: "0700" }),
    file({ path: "/srv/secrets/quotes", content: vars.quotes, mode: "0600", validate: () => slowly, backup: true }),
    file({ path: "/srv/secrets/long", content: vars.long, mode: "0600", validate: () => slowly }),
    template({
      path: "/srv/secrets/lines",
      content: access({ token: vars.lines }),
      mode: "0600",
      validate: () => slowly,
    }),
    line({ path: "/srv/secrets/line", line: vars.percents, create: true, validate: () => slowly }),
    block({
      path: "/srv/secrets/block",
      name: "secret",
      content: vars.backslashes,
      create: true,
      validate: () => slowly,
    }),
    ...Object.entries({ dollars: vars.dollars, long: vars.long, lines: vars.lines, short: vars.short }).map(
      ([name, value]) =>
        command(
          {
            run: sh`${slowly}; printf %s "$CANARY" >/srv/secrets/${`env-${name}`}`,
            env: { CANARY: value },
            creates: `/srv/secrets/env-${name}`,
          },
          { name: `env ${name}` },
        ),
    ),
    command({ run: sh`cat >/srv/secrets/stdin; ${slowly}`, stdin: vars.unicode, creates: "/srv/secrets/stdin" }),
    user({ name: "canary", passwordHash: vars.password_hash }),
    vars.fail !== "no" &&
      command(
        {
          run: sh`${printed}; exit 1`,
          env: { CANARY: vars[vars.fail as "long"] },
          stdin: vars.unicode,
          always: "it fails",
        },
        { name: "fails" },
      ),
  ],
});

/** Secrets wherever a task takes them. */
export default definePlaybook({
  summary: "Secrets.",
  inventory: defineInventory({ groups: { keepers: z.object({}) }, vars }),
  plays: ({ groups: { keepers }, vars }) => [play({ title: "Secrets", on: keepers, roles: [keeper(vars)] })],
});
