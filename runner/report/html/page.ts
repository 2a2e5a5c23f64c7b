import { differencesOf } from "../document/differences.ts";
import type { RunDocument } from "../document/run-document.ts";
import { differencesPart } from "./differences-part.ts";
import { driftPart } from "./drift-part.ts";
import { drillPart } from "./drill-part.ts";
import { fleetPart } from "./fleet-part.ts";
import { headPart } from "./head-part.ts";
import { hostsPart } from "./hosts-part.ts";
import { type Html, html, nothing, raw } from "./html.ts";
import { notesPart } from "./notes-part.ts";
import { problemsPart } from "./problems-part.ts";
import { SCRIPT } from "./script.ts";
import { slowestPart } from "./slowest-part.ts";
import { STYLE } from "./style.ts";
import { timelinePart } from "./timeline-part.ts";

/** The run as one page that opens from disk without a network; all of it can be read without its script. */
export function htmlReport(document: RunDocument): string {
  // A drill has no tasks, and names its hosts itself.
  const drilled = document.run.mode === "drill";
  const parts = [
    headPart(document),
    problemsPart(document),
    document.drift === undefined ? nothing : driftPart(document.drift),
    drillPart(document.drills),
    drilled ? nothing : fleetPart(document),
    differencesPart(document),
    timelinePart(document),
    slowestPart(document),
    drilled ? nothing : hostsPart(document, differencesOf(document)),
    notesPart(document),
  ];
  return `${page(document, parts).text}\n`;
}

/** Nothing is loaded from anywhere, and the page says so to the browser. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const page = ({ run }: RunDocument, parts: readonly Html[]): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="ts-play ${run.version}">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<title>${run.playbook}, ${run.startedAt.slice(0, 16).replace("T", " ")} - ts-play</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
${run.mode !== "drill" && html`<a class="skip" href="#hosts">to the hosts</a>`}
<main>
${parts}
</main>
<footer><p>ts-play ${run.version}, run <code>${run.id}</code>. Secrets are masked as ***. The same as data: <code>ts-play report ${run.id} --json run.json</code></p></footer>
<script>${raw(SCRIPT)}</script>
</body>
</html>`;
