import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type BadInput, type BadInputs, fix } from "./bad-input.ts";

const playbook = (tasks: string, before = ""): string =>
  `import { block, command, defineInventory, definePlaybook, defineRole, defineTemplate, file, line, play, script, secret, sh, z } from "ts-play";
${before}
const role = defineRole({ name: "role", summary: "A role.", vars: z.object({}), tasks: () => [${tasks}] });
export default definePlaybook({
  summary: "A playbook.",
  inventory: defineInventory({ groups: { all: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups: { all } }) => [play({ title: "Play", on: all, roles: [role({})] })],
});
`;

const source = (text: string, ...says: BadInput["says"]): BadInput => ({
  files: { "bad.ts": text },
  args: ["bad.ts", "-i", "hosts.yaml"],
  says,
});
const code = (tasks: string, ...says: BadInput["says"]): BadInput => source(playbook(tasks), ...says);

/** What can be wrong with a playbook and its templates. */
export const badPlaybooks: BadInputs = {
  "a playbook that is not there": { args: ["none.ts", "-i", "hosts.yaml"], says: ["PLY001", "none.ts", fix] },
  "a playbook that is a folder": {
    prepare: (folder) => mkdir(join(folder, "folder.ts"), { recursive: true }),
    args: ["folder.ts", "-i", "hosts.yaml"],
    says: ["PLY001"],
  },
  "a playbook that exports nothing": source("export const a = 1;\n", "PLY001", "bad.ts", fix),
  "a playbook that exports something else": source("export default { a: 1 };\n", "PLY001", fix),
  "a playbook with a syntax error": source("const a = ;\nexport default a;\n", "PLY002", /bad\.ts:1:11/),
  "a playbook that imports what is not there": source('import "./none.ts";\n', "PLY002", /bad\.ts:1:8/, "none.ts"),
  "a playbook that imports a package that is not there": source(
    'import "no-such-package";\n',
    /PLY00[23]/,
    /bad\.ts:1:8/,
  ),
  "a playbook that throws": source('throw new Error("nope");\n', "PLY004", "nope", /bad\.ts:1/),
  "a playbook that throws when it makes its plays": source(
    playbook("")
      .replace("play({", "null.x, play({")
      .replace(/import .*\n/, (line) => `${line}`),
    "PLY004",
    /bad\.ts/,
  ),
  "a playbook that never ends loading": source("await new Promise(() => undefined);\n", "PLY004", /10 s|never/),
  "two tasks of one name": code(
    'file({ path: "/a", content: "1" }), file({ path: "/a", content: "2" })',
    "PLY005",
    fix,
  ),
  "a reaction to what does not come before": code(
    '...(() => { const a = file({ path: "/a", content: "1" }); return [command({ run: sh`true`, onlyWhenTriggered: true }, { onChangeOf: [a] }), a]; })()',
    "PLY006",
    fix,
  ),
  "a relative path": code('file({ path: "etc/motd", content: "1" })', /VAR005|PLY010/, "path"),
  "a path that climbs": code('file({ path: "/etc/../motd", content: "1" })', /VAR005|PLY010/, "path"),
  "a mode that is a number": code('file({ path: "/a", content: "1", mode: 644 as never })', /VAR00[15]/, "mode"),
  "a secret in a command": code(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a playbook
    'command({ run: sh`login ${secret("hunter2") as never}`, always: "x" })',
    "PLY011",
    fix,
  ),
  "a value inside quotes": source(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a playbook
    playbook("", "const name = 'a b';\nexport const look = sh`grep \"${name}\" /etc/hosts`;"),
    "PLY015",
    /bad\.ts:3:\d+/,
    "double quotes",
    fix,
  ),
  "a value inside quotes, in a role": code(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a playbook
    "command({ run: sh`echo '${1}'`, always: \"x\" })",
    "PLY015",
    /bad\.ts:3:\d+/,
    "single quotes",
    fix,
  ),
  "a command without a guard": code("command({ run: sh`true` })", "VAR005", "guard"),
  "a batch of nothing": source(
    playbook('file({ path: "/a", content: "1" })').replace("on: all,", "on: all, batch: 0,"),
    "PLY013",
    fix,
  ),
  "a template without a value": {
    files: {
      "a.ejs": "port <%= port %>\nname <%= nmae %>\n",
      "bad.ts": playbook(
        'file({ path: "/a", content: text({ port: 1 }) })',
        'const text = defineTemplate(new URL("./a.ejs", import.meta.url), z.object({ port: z.int() }));',
      ),
    },
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: [/TPL00\d/, /a\.ejs:2/, "nmae"],
  },
  "a template that is not closed": {
    files: {
      "a.ejs": "one\n<% if (true) {\n",
      "bad.ts": playbook("", 'defineTemplate(new URL("./a.ejs", import.meta.url), z.object({}));'),
    },
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: ["TPL002", "a.ejs", "Fix: close each"],
  },
  "a template that is binary": {
    files: {
      "a.ejs": "one\0two\n",
      "bad.ts": playbook("", 'defineTemplate(new URL("./a.ejs", import.meta.url), z.object({}));'),
    },
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: ["TPL007", "a.ejs"],
  },
  "a template that is not there": {
    files: { "bad.ts": playbook("", 'defineTemplate(new URL("./none.ejs", import.meta.url), z.object({}));') },
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: [/TPL00\d/, "none.ejs"],
  },
};
