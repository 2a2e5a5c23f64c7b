/** `npm run lab:lvs` boots the hosts of playbooks/lvs.ts and writes inventory/lab-lvs.yaml; `npm run lab:lvs -- down` takes them down. */
import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const NAME = "lab-lvs";
const INVENTORY = "inventory/lab-lvs.yaml";
const DIRECTORS = ["director1", "director2"];
const REAL_SERVERS = ["web1", "web2", "web3"];
const CLIENTS = ["client1"];

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// Inside node_modules, because what stays outside of the bundle must be found from there.
const outfile = "node_modules/.ts-play-lab-lvs.mjs";
await build({
  entryPoints: ["runner/lab/lab.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const { labDown, labInventory, labUp } = await import(pathToFileURL(outfile).href);
await rm(outfile);
await (process.argv[2] === "down" ? down() : up());

async function up() {
  // Directors need IPVS, which a kernel of their own has; the others make do with containers.
  const directors = DIRECTORS.map((name) => ({ name, driver: "uml" }));
  const lab = await labUp({ name: NAME, hosts: [...directors, ...REAL_SERVERS, ...CLIENTS], log: say });
  const groups = { directors: DIRECTORS, real_servers: REAL_SERVERS, clients: CLIENTS };
  await writeFile(INVENTORY, labInventory(lab, groups, { virtual_ip: lab.virtualAddress }));
  say(`inventory: ${INVENTORY}\nnow: npx ts-play playbooks/lvs.ts -i ${INVENTORY}`);
}

async function down() {
  await labDown({ name: NAME });
  await rm(INVENTORY, { force: true });
  say(`the lab ${NAME} is down`);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
