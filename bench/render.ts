import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { defineTemplate, type Template } from "../runner/define/template.ts";
import { made } from "./folders.ts";
import { ansiblePlaybook } from "./workload/ansible.ts";
import { pyinfraDeploy } from "./workload/pyinfra.ts";
import type { Render } from "./workload/shell-script.ts";
import { ejs, jinja, templateTexts } from "./workload/template-text.ts";

const templates = join(made, "templates");

/** Writes the workload in every contestant's language. */
export function makeWorkload(): void {
  mkdirSync(templates, { recursive: true });
  for (const [name, text] of [...templateTexts(ejs), ...templateTexts(jinja)]) {
    writeFileSync(join(templates, name), text);
  }
  writeFileSync(join(made, "site.yml"), ansiblePlaybook());
  writeFileSync(join(made, "ansible.cfg"), "");
  writeFileSync(join(made, "deploy.py"), pyinfraDeploy());
}

/** Renders the workload's templates for the scripts, which take no templates. */
export function renderer(): Render {
  const compiled = new Map<string, Template<typeof data>>();
  return (name, host) => {
    const template = compiled.get(name) ?? defineTemplate(pathToFileURL(join(templates, `${name}.ejs`)), data);
    compiled.set(name, template);
    return String(template(host));
  };
}

const data = z.object({ bench_name: z.string(), bench_ip: z.string(), bench_id: z.int(), bench_role: z.string() });
