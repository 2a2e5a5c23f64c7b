import { fileNumbers, fileTemplate, unitNumbers, unitTemplate } from "./spec.ts";

/** How a template language prints an expression, and the two things that each language says in its own way. */
export interface TemplateLanguage {
  readonly ending: string;
  readonly print: (expression: string) => string;
  readonly paddedId: string;
  readonly upperRole: string;
}

export const ejs: TemplateLanguage = {
  ending: ".ejs",
  print: (expression) => `<%= ${expression} %>`,
  paddedId: "String(bench_id).padStart(3, '0')",
  upperRole: "bench_role.toUpperCase()",
};

export const jinja: TemplateLanguage = {
  ending: ".j2",
  print: (expression) => `{{ ${expression} }}`,
  paddedId: "'%03d' | format(bench_id)",
  upperRole: "bench_role | upper",
};

/** All templates of the workload in one language: file name to text. */
export const templateTexts = (language: TemplateLanguage): ReadonlyMap<string, string> =>
  new Map([
    ...fileNumbers.map((n): [string, string] => [fileTemplate(n) + language.ending, fileText(n, language)]),
    ...unitNumbers.map((n): [string, string] => [unitTemplate(n) + language.ending, unitText(n, language)]),
  ]);

const fileText = (number: number, { print, paddedId, upperRole }: TemplateLanguage): string =>
  joined([
    `# ${fileTemplate(number)}, managed: do not edit`,
    `[service${number}]`,
    `host = ${print("bench_name")}`,
    `address = ${print("bench_ip")}`,
    `listen = ${print("bench_ip")}:${8000 + number}`,
    `role = ${print("bench_role")}`,
    `worker_id = ${print(`bench_id * 100 + ${number}`)}`,
    `workers = ${print(`bench_id * 2 + ${number}`)}`,
    `label = "${print(paddedId)}-${print(upperRole)}"`,
    "[options]",
    ...Array.from({ length: 24 }, (_, index) => option(number, index + 1, print)),
  ]);

const option = (file: number, number: number, print: TemplateLanguage["print"]): string =>
  `option_${number} = value-${file}-${number}${number % 6 === 0 ? `-${print("bench_id")}` : " # a setting of ordinary length"}`;

const unitText = (number: number, { print }: TemplateLanguage): string =>
  joined([
    ...["[Unit]", `Description=bench service ${number} on ${print("bench_name")}`, "After=network.target", ""],
    ...["[Service]", `Environment=BENCH_ID=${print("bench_id")}`],
    ...["ExecStart=/bin/sleep infinity", "Restart=on-failure", ""],
    ...["[Install]", "WantedBy=multi-user.target"],
  ]);

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
