import { defineRole, z } from "ts-play";
import { keepalivedCall } from "../keepalived/call.ts";
import { checkPath } from "../keepalived/config.ts";
import { facts, keptTasks, localOf } from "../keepalived/role.ts";
import { verified } from "./verified.ts";

const vars = z.strictObject({
  of: keepalivedCall.describe("what is looked at, as `keepalived({...})` returned it"),
});

/** Looks at a running keepalived and says all that is wrong with it. */
export const keepalivedVerify = defineRole({
  name: "keepalivedVerify",
  summary:
    "Looks at a running keepalived and says all that is wrong: unit, files, what the check answers, who answers for the addresses. Changes nothing.",
  vars,
  facts,
  tasks: ({ vars: { of }, facts, host }) => {
    const local = localOf({ vars: of, facts, host });
    return [
      verified({
        tasks: keptTasks({ vars: of, facts, host }, local),
        addresses: of.instances.flatMap(({ addresses }) => [...addresses]),
        checks: of.instances.filter(({ check }) => check !== undefined).map((one) => checkPath(local, one)),
      }),
    ];
  },
});
