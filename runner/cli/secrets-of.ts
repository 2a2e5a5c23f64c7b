import { secretNames } from "../inventory/secret-schema.ts";
import { loadPlaybook } from "./load-playbook.ts";

/** The variables that a playbook's contract marks as secret; none without a playbook. */
export const secretsOf = async (playbook: string | undefined): Promise<ReadonlySet<string>> =>
  playbook === undefined ? new Set() : secretNames((await loadPlaybook(playbook)).playbook.inventory);
