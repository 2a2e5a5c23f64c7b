import { existsSync } from "node:fs";
import { InputError } from "../../errors.ts";
import { wantedCredentials } from "../../schedule/credential.ts";
import type { Credential, Schedule } from "../../schedule/schedule.ts";
import type { Command } from "../command-parser.ts";
import { showableCommand } from "../showable-command.ts";
import { secretInCommand } from "./secret-in-command.ts";

const ASKING = /^(?:-[CDbv]*[kKJ][CDbvkKJ]*|--ask-[a-z-]+|(?:--vault-id=)?(?:[\w.-]+@)?prompt)$/;
const AT_THE_TERMINAL = ["lab", "schedule", "completion", "init", "vault"];

/** Throws InputError for a command that would fail, ask, or show a secret where it is written down. */
export async function refuseUnfit(
  command: readonly string[],
  credentials: readonly Credential[],
  makeProgram: () => Command,
): Promise<void> {
  const [first = ""] = command;
  if (AT_THE_TERMINAL.includes(first))
    throw unfit(`ts-play ${first} is for people at a terminal`, "schedule drift, or a playbook");
  const own = command.includes("--") ? command.slice(0, command.indexOf("--")) : command;
  const asking = own.find((word) => ASKING.test(word));
  if (asking !== undefined)
    throw unfit(`${asking} asks, and nobody is there`, "give it in a file: --become-password-file credential:sudo");
  if (own.includes("--repair") && !own.includes("--yes"))
    throw unfit("--repair asks, and nobody is there", "add --yes");
  refuseSecrets(own);
  refuseUnknownCredentials(command, credentials);
  const understood = await understand(command, makeProgram());
  if (understood.name === "exec") refuseSecretOfHost(understood.words);
  if (understood.name === "run") refuseMissingPlaybook(understood.words);
}

/** Throws InputError for a file without which systemd would not even begin. */
export function refuseMissingFiles({ environmentFiles, credentials }: Schedule): void {
  const missing = [...environmentFiles, ...credentials.map(({ file }) => file)].find((file) => !existsSync(file));
  if (missing !== undefined)
    throw unfit(`there is no file ${missing}`, "make it first, with mode 0600, or correct its path");
}

function refuseSecrets(command: readonly string[]): void {
  const shown = showableCommand(command, new Set());
  const secret = command.findIndex((word, at) => word !== shown[at]);
  if (secret < 0) return;
  throw new InputError({
    code: "SCH003",
    message: `a secret stands in the command: ${shown[secret]}`,
    fix: "put TS_PLAY_WEBHOOK into --environment-file, and variables into a file: --credential vars=FILE and -e @credential:vars",
  });
}

/** What hosts run cannot be given a credential: it is not this machine's. */
function refuseSecretOfHost([, ...words]: readonly string[]): void {
  const piece = secretInCommand(words.join(" "));
  if (piece === undefined) return;
  throw new InputError({
    code: "SCH003",
    message: `a secret seems to stand in the command, which everybody could read in its unit: ${piece}`,
    fix: "keep it on the hosts in a file that only its user may read, and have the command read it: PGPASSWORD=$(cat /etc/app/password) psql",
  });
}

function refuseUnknownCredentials(command: readonly string[], credentials: readonly Credential[]): void {
  const missing = wantedCredentials(command).find((name) => !credentials.some((one) => one.name === name));
  if (missing !== undefined)
    throw unfit(`credential:${missing} is not given`, `--credential ${missing}=/etc/ts-play/${missing}`);
}

/** The command's name and what stands behind it, without flags. It is read as it will be, by a command line on which nothing is done. */
async function understand(
  command: readonly string[],
  program: Command,
): Promise<{ name: string; words: readonly string[] }> {
  let understood = { name: "", words: [] as readonly string[] };
  const silence = (one: Command): void => {
    one.action(() => {
      understood = { name: one.name(), words: one.args };
    });
    for (const below of one.commands) silence(below);
  };
  silence(program);
  await program.parseAsync([...command], { from: "user" });
  return understood;
}

function refuseMissingPlaybook([playbook]: readonly string[]): void {
  if (playbook !== undefined && !existsSync(playbook))
    throw unfit(
      `${playbook} is neither a command nor a playbook of this folder`,
      "schedule drift site.ts -i hosts.yaml",
    );
}

const unfit = (message: string, fix: string): InputError => new InputError({ code: "SCH002", message, fix });
