import { type Command, subCommand } from "./command-parser.ts";
import { drillFlags } from "./drill-flags.ts";
import { defaultFlags } from "./flags.ts";

const DRILL_EXAMPLES = `
Examples:
  ts-play drill playbooks/drills/stop-haproxy.ts -i hosts.yaml         break it, watch, mend it
  ts-play drill stop-haproxy.ts -i hosts.yaml --max-gap-ms 1500        fail when the outage is longer
  ts-play drill playbooks/drills/*.ts -i hosts.yaml --markdown drill.md  all, one after the other
  ts-play drill reboot-holder.ts --list-args                           what can be told the drill
`;

/** `ts-play drill`. */
export function addDrill(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "drill", "break something on purpose, watch what a client meets with, mend it", drillFlags)
    .argument("<drills...>", "TypeScript files that export defineDrill(...)")
    .addHelpText("after", DRILL_EXAMPLES)
    .action(async (drills: string[], given: object) => {
      const { drillCommand } = await import("./drill-command.ts");
      finish(await drillCommand(drills, { ...defaultFlags, ...given }));
    });
}
