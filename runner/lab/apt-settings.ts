import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "./base-recipe.ts";
import { execute } from "./execute.ts";

const certificates = "/usr/local/share/ca-certificates";

/** How a lab host is to reach Debian: as this machine does. */
export interface AptSettings {
  /** Undefined on a machine without Debian's apt: then debootstrap uses its own. */
  readonly mirror: string | undefined;
  readonly securityMirror: string | undefined;
  /** Lines of apt.conf. */
  readonly configuration: string;
}

/** Reads the Debian mirrors, proxies and clock tolerance that apt uses on this machine. */
export async function machineAptSettings(): Promise<AptSettings> {
  const targets = await apt("apt-get", ["indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"]);
  const mirrorOf = (label: string): string | undefined =>
    targets.find((line) => line.startsWith(`Debian|${label}|`))?.split("|")[2];
  return {
    mirror: mirrorOf("Debian"),
    securityMirror: mirrorOf("Debian-Security"),
    configuration: [...(await acquireSettings()), ...proxySettings(process.env)].map((line) => `${line}\n`).join(""),
  };
}

/** Writes the settings, and the certificates that this machine trusts beyond Debian's, into an image. */
export async function writeAptSettings(root: string, settings: AptSettings): Promise<void> {
  const { mirror, securityMirror, configuration } = settings;
  const own = mirror ? `deb ${mirror} ${suite} main\n` : await readFile(join(root, "etc/apt/sources.list"), "utf8");
  const security = securityMirror ? `deb ${securityMirror} ${suite}-security main\n` : "";
  await writeFile(join(root, "etc/apt/sources.list.d/debian.list"), own + security);
  await writeFile(join(root, "etc/apt/apt.conf.d/90lab"), `Acquire::Languages "none";\n${configuration}`);
  await copyCertificates(root);
}

async function copyCertificates(root: string): Promise<void> {
  const files = (await readdir(certificates).catch(() => [])).filter((name) => name.endsWith(".crt"));
  await mkdir(join(root, certificates), { recursive: true });
  await Promise.all(files.map((name) => copyFile(join(certificates, name), join(root, certificates, name))));
}

async function acquireSettings(): Promise<readonly string[]> {
  const lines = await apt("apt-config", ["dump", "--no-empty"]);
  return lines.filter((line) => /^Acquire::(https?::|Check-Valid-Until|Check-Date|Retries)/.test(line));
}

function proxySettings(env: NodeJS.ProcessEnv): readonly string[] {
  return ["http", "https"].flatMap((scheme) => {
    const proxy = env[`${scheme}_proxy`] ?? env[`${scheme.toUpperCase()}_PROXY`];
    return proxy ? [`Acquire::${scheme}::Proxy "${proxy}";`] : [];
  });
}

/** A machine without apt has no settings to carry over. */
const apt = async (program: string, args: readonly string[]): Promise<readonly string[]> =>
  (await execute(program, args).catch(() => "")).split("\n").filter(Boolean);
