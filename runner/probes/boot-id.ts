import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** A name that the kernel gives to each boot, random(4). */
export const bootId = defineProbe<void, string>({
  name: "bootId",
  summary: "The id of the running boot; another one after each restart.",
  command: () => sh`cat /proc/sys/kernel/random/boot_id`,
  parse: ({ stdout }) => stdout.trim(),
  bare: () => "00000000-0000-4000-8000-000000000000",
});
