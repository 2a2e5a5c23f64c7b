import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProject, type Project } from "./project.ts";
import { buildTsPlay, startTsPlay, tsPlay } from "./ts-play.ts";

let project: Project;
let server: Server;
let connections = 0;

beforeAll(async () => {
  buildTsPlay();
  project = await createProject();
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.close();
  await project.remove();
});

/** The inventory that reaches a server which counts who comes. */
const hosts = (vars = "", host = ""): string => {
  const { port } = server.address() as { port: number };
  return `all:\n  vars: {${vars}}\n  hosts:\n    one: { ansible_host: 127.0.0.1, ansible_port: ${port}${host} }\n`;
};

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

interface Bad {
  /** Files of the project; those that are not named are good ones. */
  readonly files?: () => Readonly<Record<string, string | Uint8Array>>;
  readonly prepare?: (folder: string) => Promise<unknown>;
  /** The command line; a good one by default. */
  readonly args?: readonly string[];
  /** What the message must say: code or cause, place, and what to do. */
  readonly says: readonly (string | RegExp)[];
}

const good = ["shell.ts", "-i", "hosts.yaml"];
const inventory = (text: string | (() => string), ...says: Bad["says"]): Bad => ({
  files: () => ({ "hosts.yaml": typeof text === "string" ? text : text() }),
  says,
});
const code = (tasks: string, ...says: Bad["says"]): Bad => ({
  files: () => ({ "bad.ts": playbook(tasks) }),
  args: ["bad.ts", "-i", "hosts.yaml"],
  says,
});
const source = (text: string, ...says: Bad["says"]): Bad => ({
  files: () => ({ "bad.ts": text }),
  args: ["bad.ts", "-i", "hosts.yaml"],
  says,
});
const flags = (args: readonly string[], ...says: Bad["says"]): Bad => ({ args: [...good, ...args], says });

const fix = /Fix: \S/;

const rows: Readonly<Record<string, Bad>> = {
  "an inventory that is not there": { args: ["shell.ts", "-i", "none.yaml"], says: ["INV001", "none.yaml"] },
  "an inventory without hosts": inventory("# nothing\n", "INV002", "hosts.yaml", fix),
  "tabs for indentation": inventory("all:\n\thosts:\n", "INV003", /hosts\.yaml:2:1/, fix),
  "a key twice": inventory(() => `${hosts()}    one: {}\n`, "INV004", /hosts\.yaml:5/),
  "a group in a circle": inventory(
    "all: { children: { a: { children: { b: { children: { a: } } } } } }\n",
    "INV006",
    "a",
    "b",
  ),
  "a host name for a shell": inventory('all: { hosts: { "$(touch x)": } }\n', "INV007", /hosts\.yaml:1/, fix),
  "an address out of range": inventory("all: { hosts: { one: { ansible_host: 10.0.0.256 } } }\n", "INV008", fix),
  "a port out of range": inventory("all: { hosts: { one: { ansible_port: 65536 } } }\n", "INV009", /65535/),
  "a port that is a word": inventory("all: { hosts: { one: { ansible_port: ssh } } }\n", "INV009"),
  "a user that is an option": inventory("all: { hosts: { one: { ansible_user: -oProxyCommand=x } } }\n", "INV010"),
  "a range backwards": inventory("all: { hosts: { 'web[9:1]': } }\n", "INV011", /hosts\.yaml:1/),
  "a range without end": inventory("all: { hosts: { 'web[1:999999999]': } }\n", "INV011"),
  "one host under two names": inventory(
    () => `${hosts()}${hosts().split("\n").at(-2)?.replace("one", "two")}\n`,
    "INV012",
  ),
  "a NUL byte": inventory("all:\n  hosts:\n    one\0: {}\n", "INV016"),
  "bytes that are not UTF-8": {
    files: () => ({ "hosts.yaml": Buffer.from("all: { vars: { a: '\xff\xfe' }, hosts: { one: } }\n", "latin1") }),
    says: ["INV016"],
  },
  "nesting without end": inventory(`all: ${"[".repeat(20_000)}\n`, "INV017"),
  "aliases of aliases": inventory(
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((n, i) => `${n}: &${n} [${Array(9).fill(`*${"abcdefgh"[i]}`).join()}]\n`).join("")}`,
    /INV0\d\d/,
  ),
  "an encrypted value": inventory("all: { vars: { a: !vault abc }, hosts: { one: } }\n", /INV018|VLT/),
  "a key of the language": inventory("all: { vars: { __proto__: { x: 1 } }, hosts: { one: } }\n", "INV019"),
  "a word that is misspelt": inventory("all: { hots: { one: } }\n", "INV020", "hosts", fix),
  "a number of 20 digits": inventory(() => hosts(" limit_ms: 12345678901234567890 "), "VAR004", fix),
  "a value of another type": inventory(() => hosts(" limit_ms: soon "), /VAR0\d\d/, "limit_ms", /hosts\.yaml:2/),
  "a value that is missing": {
    args: ["one-file.ts", "-i", "hosts.yaml"],
    says: ["VAR005", "path"],
  },
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
  "a command without a guard": code("command({ run: sh`true` })", "VAR005", "guard"),
  "a batch of nothing": source(
    playbook('file({ path: "/a", content: "1" })').replace("on: all,", "on: all, batch: 0,"),
    "PLY013",
    fix,
  ),
  "an unknown flag": flags(["--chekc"], "--chekc", "--check"),
  "a flag without its value": flags(["--limit"], "--limit"),
  "a limit that matches nothing": flags(["--limit", "webz"], "CLI004", "webz"),
  "a limit that is empty": flags(["--limit="], "CLI003", /pattern/, fix),
  "no forks": flags(["--forks", "0"], "forks", "1"),
  "forks in words": flags(["--forks", "many"], "forks"),
  "check and resume": flags(["--check", "--resume"], "CLI006", fix),
  "an extra variable without a value": flags(["-e", "anything"], "CLI007", fix),
  "an extra file that is broken": {
    files: () => ({ "extra.json": "{ not json" }),
    args: [...good, "-e", "@extra.json"],
    says: [/CLI007|INV0\d\d/, "extra.json"],
  },
  "no inventory at all": { args: ["shell.ts"], says: [/CLI003|INV/, fix] },
  "an unknown role": flags(["--role", "shel"], "CLI004", "shell"),
  "an unknown tag": flags(["--tags", "none"], "CLI004", "none"),
  "an unknown task to start at": flags(["--start-at", "shell/nothing"], "CLI004"),
  "a resume of nothing": { args: ["slow.ts", "-i", "hosts.yaml", "--resume"], says: ["CLI010", fix] },
  "a password to type without a terminal": flags(["-k"], "CLI009", "--password-file"),
  "a password file for all to read": {
    files: () => ({ password: "secret-text\n" }),
    prepare: (folder) => chmod(join(folder, "password"), 0o644),
    args: [...good, "--password-file", "password"],
    says: ["VLT004", "password", fix],
  },
  "a password file that is empty": {
    files: () => ({ "empty-password": "\n" }),
    args: [...good, "--password-file", "empty-password"],
    says: ["VLT005"],
  },
  "a plan that is none": { files: () => ({ "plan.json": "{}" }), args: ["apply", "plan.json"], says: ["PLN001", fix] },
  "a template without a value": {
    files: () => ({
      "a.ejs": "port <%= port %>\nname <%= nmae %>\n",
      "bad.ts": playbook(
        'file({ path: "/a", content: text({ port: 1 }) })',
        'const text = defineTemplate(new URL("./a.ejs", import.meta.url), z.object({ port: z.int() }));',
      ),
    }),
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: [/TPL00\d/, /a\.ejs:2/, "nmae"],
  },
  "a template that is not closed": {
    files: () => ({
      "a.ejs": "one\n<% if (true) {\n",
      "bad.ts": playbook("", 'defineTemplate(new URL("./a.ejs", import.meta.url), z.object({}));'),
    }),
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: ["TPL002", "a.ejs"],
  },
  "a template that is binary": {
    files: () => ({
      "a.ejs": "one\0two\n",
      "bad.ts": playbook("", 'defineTemplate(new URL("./a.ejs", import.meta.url), z.object({}));'),
    }),
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: ["TPL007", "a.ejs"],
  },
  "a template that is not there": {
    files: () => ({ "bad.ts": playbook("", 'defineTemplate(new URL("./none.ejs", import.meta.url), z.object({}));') }),
    args: ["bad.ts", "-i", "hosts.yaml"],
    says: [/TPL00\d/, "none.ejs"],
  },
  "a private key that is not there": flags(["--private-key", "none"], /KEY00\d/, "none"),
  "a private key for all to read": {
    prepare: async (folder) => chmod(await makeKey(folder, "open-key"), 0o644),
    args: [...good, "--private-key", "open-key"],
    says: [/KEY00\d/, "open-key", fix],
  },
  "the public half of a key": {
    prepare: (folder) => makeKey(folder, "half-key"),
    args: [...good, "--private-key", "half-key.pub"],
    says: [/KEY00\d/, "half-key.pub"],
  },
  "a link that leads nowhere for an inventory": {
    prepare: (folder) => symlink("nowhere", join(folder, "link.yaml")).catch(() => undefined),
    args: ["shell.ts", "-i", "link.yaml"],
    says: ["INV001", "link.yaml"],
  },
};

async function makeKey(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return path;
}

test.each(Object.entries(rows))(
  "%s: exit 1, told in words, nobody contacted",
  async (_, { files, prepare, args, says }) => {
    const all = { "hosts.yaml": hosts(), ...files?.() };
    for (const [name, text] of Object.entries(all)) await project.write(name, text);
    await prepare?.(project.folder);
    const before = connections;
    const ended = await tsPlay(project.folder, args ?? good);
    for (const part of says) expect(ended.stderr).toMatch(part);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).not.toMatch(/\n\s+at .*:\d+:\d+\)?$|This is a bug|hunter2|secret-text/m);
    expect(connections).toBe(before);
  },
);

test("the server that counts would have been contacted by good input", async () => {
  await project.write("hosts.yaml", hosts());
  const run = startTsPlay(project.folder, good);
  await expect.poll(() => connections, { timeout: 10_000 }).toBeGreaterThan(0);
  run.kill("SIGKILL");
  await run.ended;
});
