import { errorCodes } from "../../runner/error-codes/index.ts";

const KINDS: Readonly<Record<string, string>> = {
  CLI: "The command line",
  INV: "The inventory",
  VAR: "Variables",
  VLT: "Secrets and vaults",
  PLY: "Playbooks and roles",
  DRL: "Drills",
  TPL: "Templates",
  PLN: "Saved plans",
  JRN: "Journals",
  KEY: "Private keys",
  PKI: "Certificate authorities",
  HK: "Host keys",
  LAB: "The lab",
  BDL: "Offline bundles",
  SCH: "Schedules",
};

const kindOf = (code: string): string => code.replace(/\d+$/, "");

/** Every code of an error with what it means and how it is mended. Throws when one belongs to no kind. */
export function errorsPage(): string {
  const stray = Object.keys(errorCodes).find((code) => !(kindOf(code) in KINDS));
  if (stray !== undefined) throw new Error(`${stray} is of a kind that the page of errors has no title for`);
  return `# Errors

Bad input is found before any host is contacted, all of it at once: \`file:line:column: error CODE: what is wrong. Fix: what to do.\`, exit code 1.
What depends on a host (its facts, a certificate that it needs) is found when that host is read, and ends the run there with exit code 1 as well.
A host that cannot be logged in to (KEY and HK codes) has the state \`unreachable\`, exit code 4; the other hosts go on.

${Object.entries(KINDS)
  .map(([kind, title]) => {
    const rows = Object.entries(errorCodes)
      .filter(([code]) => kindOf(code) === kind)
      .map(([code, { means, mend }]) => `| ${code} | ${means} | ${mend} |`.replaceAll("\n", " "));
    return `## ${title}\n\n| code | what it means | what to do |\n|---|---|---|\n${rows.join("\n")}`;
  })
  .join("\n\n")}`;
}
