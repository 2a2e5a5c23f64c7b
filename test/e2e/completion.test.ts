import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildTsPlay } from "../fault/ts-play.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";

/** Completes as ts-play does, and writes down the words of any other command. */
const program = () => `#!/bin/sh
case $1 in
__complete | completion) exec ${process.execPath} ${root}/bin/ts-play.js "$@" ;;
*) for word in "$@"; do printf '<%s>' "$word"; done >>${folder}/typed; echo >>${folder}/typed ;;
esac
`;

beforeAll(async () => {
  buildTsPlay();
  folder = await mkdtemp(join(tmpdir(), "ts-play-shells-"));
  await cp(join(root, "starter"), folder, { recursive: true });
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "node_modules"));
  await mkdir(join(folder, "group_vars"));
  await symlink(root, join(folder, "node_modules/ts-play"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(join(folder, "bin/ts-play"), program());
  await chmod(join(folder, "bin/ts-play"), 0o755);
  // To read this, a password would be asked for.
  await writeFile(join(folder, "group_vars/servers.yaml"), "token: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3030\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => writeFile(join(folder, "typed"), ""));

const env = () => ({ PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, TERM: "dumb", PS1: "$ ", PROMPT: "$ " });

/** What a program prints that reads these lines. */
function give(command: readonly string[], lines: string): Promise<string> {
  const [name = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(name, args, { cwd: folder, env: env(), stdio: ["pipe", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on("close", () => resolve(text));
    child.stdin.end(lines);
  });
}

/** A shell on a terminal of its own thinks that a person types. */
const onTerminal = (shell: string, lines: string): Promise<string> =>
  give(["script", "-qec", shell, "/dev/null"], `${lines}\nexit\n`);
const typed = () => readFile(join(folder, "typed"), "utf8");

/** What is typed, with a tab for the key, and the words that the program is then given. */
const keys: readonly (readonly [string, string])[] = [
  ["ts-play drif\tsi\t-i hosts.y\t-l serv\t--sav\t", "<drift><site.ts><-i><hosts.yaml><-l><servers><--save>"],
  ["ts-play site.ts -i hosts.yaml -l 'all:!'loc\t", "<site.ts><-i><hosts.yaml><-l><all:!localhost>"],
  ["ts-play site.ts -i hosts.yaml --role mo\t", "<site.ts><-i><hosts.yaml><--role><motd>"],
  ["ts-play site.ts -i hosts.yaml --only mo\t", "<site.ts><-i><hosts.yaml><--only><motd/template /etc/motd>"],
  ["ts-play site.ts -i ~/hosts.y\t", "<site.ts><-i><HOME/hosts.yaml>"],
  ["ts-play site.ts --output=tr\t", "<site.ts><--output=tree>"],
];

describe("what stays closed", () => {
  test("does not hide the roles of the playbook that needs it, also of the one that `role` takes by itself", async () => {
    const closed = "$ANSIBLE_VAULT;1.1;AES256\n3030\n";
    await mkdir(join(folder, "host_vars"), { recursive: true });
    await writeFile(join(folder, "host_vars/localhost.yaml"), closed);
    const site = await readFile(join(folder, "site.ts"), "utf8");
    const needing = site
      .replace("z } from", "secretFrom, secretText, z } from")
      .replace("z.object({})", 'z.object({ pin: secretText(), key: secretFrom({ ask: "the key" }) })');
    try {
      await writeFile(join(folder, "site.ts"), needing);
      const ask = (...words: readonly string[]) => give(["ts-play", "__complete", "fish", ...words], "");
      expect(await ask("site.ts", "-i", "hosts.yaml", "--role", "mo")).toBe("motd\t\n");
      expect(await ask("role", "-i", "hosts.yaml", "mo")).toBe("motd\t\n");
    } finally {
      await writeFile(join(folder, "site.ts"), site);
      await rm(join(folder, "host_vars"), { recursive: true });
    }
  });
});

describe("in bash", () => {
  test.each(keys)("%j", async (line, words) => {
    const text = await onTerminal("bash --norc --noprofile -i", `set +H; eval "$(ts-play completion bash)"\n${line}`);
    expect(await typed(), text).toBe(`${words.replace("HOME", folder)}\n`);
  });
});

describe("in zsh", () => {
  test.each(keys)("%j", async (line, words) => {
    const start = 'unsetopt banghist; autoload -Uz compinit; compinit -u -D; eval "$(ts-play completion zsh)"';
    const text = await onTerminal("zsh -f -i", `${start}\n${line}`);
    expect(await typed(), text).toBe(`${words.replace("HOME", folder)}\n`);
  });
});

describe("in fish", () => {
  const complete = async (line: string): Promise<readonly string[]> => {
    const asked = `ts-play completion fish | source; complete -C ${JSON.stringify(line)}`;
    const text = await give(["fish", "-c", asked], "");
    return text
      .trim()
      .split("\n")
      .map((one) => one.split("\t")[0]!.trim());
  };

  test.each([
    ["ts-play dri", ["drift", "drill"]],
    ["ts-play drift si", ["site.ts"]],
    ["ts-play drift site.ts -i hosts.y", ["hosts.yaml"]],
    ["ts-play drift site.ts -i hosts.yaml -l ", ["all", "localhost", "servers", "ungrouped"]],
    ["ts-play site.ts -i hosts.yaml --role ", ["motd"]],
    ["ts-play site.ts -i hosts.yaml --only mo", ["motd/template /etc/motd"]],
    ["ts-play site.ts --output=tr", ["--output=tree"]],
  ])("%s", async (line, expected) => {
    expect((await complete(line)).toSorted()).toEqual(expected);
  });
});
