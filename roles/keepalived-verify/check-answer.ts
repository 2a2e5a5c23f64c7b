import { defineProbe, sh } from "ts-play";
import { SCRIPT_USER } from "../keepalived/places.ts";

/** What the check of an instance answers just now, asked as keepalived asks: as the user for scripts. It takes as long as one run of the script. */
export const checkAnswer = defineProbe<string, "good" | "failed" | "cannot be run">({
  name: "checkAnswer",
  summary: "What the check script of an instance answers just now.",
  command: (path) => sh`[ -x ${path} ] || exit 127; runuser -u ${SCRIPT_USER} -- ${path}`,
  parse: ({ exitCode }) => (exitCode === 0 ? "good" : exitCode === 1 ? "failed" : "cannot be run"),
  bare: () => "cannot be run",
});
