import {
  defineRole,
  defineTemplate,
  file,
  kernelModule,
  type OsRelease,
  osRelease,
  packages,
  service,
  sysctl,
  type Task,
  template,
  z,
} from "ts-play";
import { tryPart } from "../keepalived/try-config.ts";
import { combinedIn, directorVars } from "./director-vars.ts";
import { deviceOf, networkFacts, sameNetwork } from "./same-network.ts";
import { realServersOf, virtualService } from "./services.ts";

const PATH = "/etc/keepalived/conf.d/lvs.conf";

const config = defineTemplate(
  new URL("./lvs.conf.ejs", import.meta.url),
  z.object({
    services: z.array(virtualService).readonly(),
    timeouts: directorVars.shape.timeouts,
    sync: z.object({ device: z.string(), instance: z.string(), id: z.int() }).optional(),
  }),
);

/** Balances by the kernel: keepalived checks the real servers and keeps the IPVS table. Run `keepalived` before it. */
export const lvsDirector = defineRole({
  name: "lvsDirector",
  summary:
    "An LVS director in direct-routing mode: virtual services that keepalived keeps in the kernel's table, by the health of the real servers.",
  vars: directorVars,
  facts: { ...networkFacts, os: osRelease() },

  tasks: ({ vars, facts, host }) => {
    const self = vars.directors.find(({ name }) => name === host.name);
    if (self === undefined) throw new Error(`lvsDirector is to run on ${host.name}, which is not among its directors`);
    const others = [...vars.directors, ...realServersOf(vars.services)].map(({ address }) => address);
    const { syncDaemon } = vars;
    const sync = syncDaemon && { ...syncDaemon, device: syncDaemon.interface ?? deviceOf(facts, self.address) };
    const configuration = template({
      path: PATH,
      content: config({ services: vars.services, timeouts: vars.timeouts, sync }),
      mode: "0640",
      validate: tryPart(PATH),
    });

    return [
      sameNetwork(facts, self.address, others),
      packages({ names: ["keepalived", "ipvsadm", ARPING[facts.os.family]], units: ["keepalived"] }),
      noTableAtBoot(facts.os.family),
      kernelModule({ name: "ip_vs" }),
      Object.entries({ ...SETTINGS, ...(combinedIn(vars).length > 0 && BACKUP_ONLY) }).map(([key, value]) =>
        sysctl({ key, value }),
      ),
      configuration,
      service({ unit: "keepalived", refresh: "reload" }, { onChangeOf: [configuration] }),
    ];
  },
});

/** Asks who answers for an address; what `lvsVerify` and people look with. */
const ARPING = { debian: "iputils-arping", redhat: "iputils", other: "iputils" };

/** What ipvsadm's own service loads at boot is a table of some other day; keepalived makes the one of today. */
const noTableAtBoot = (family: OsRelease["family"]): readonly Task[] =>
  family === "debian"
    ? [file({ path: "/etc/default/ipvsadm", content: NO_AUTOLOAD })]
    : [service({ unit: "ipvsadm", running: "any", enabled: false })];

const NO_AUTOLOAD = `# Kept by ts-play: keepalived makes the table and runs the sync daemon.
AUTO="false"
DAEMON="none"
`;

const SETTINGS = {
  // Else packets of a connection whose server is gone are dropped without a word until it times out.
  "net.ipv4.vs.expire_nodest_conn": 1,
  // A client that is kept on a server that fails gets another one.
  "net.ipv4.vs.expire_quiescent_template": 1,
};

const BACKUP_ONLY = { "net.ipv4.vs.backup_only": 1 };
