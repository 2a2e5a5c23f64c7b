import { buildBundle } from "../bundle/build.ts";
import { readSpec } from "../bundle/spec.ts";
import { verifyBundle } from "../bundle/verify.ts";
import type { BundleList } from "../define/offline-bundle.ts";
import { ExitCode } from "../errors.ts";

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `ts-play bundle build <description> <folder or tar>`. */
export async function bundleBuildCommand(description: string, folder: string): Promise<number> {
  write(summaryOf(folder, await buildBundle(await readSpec(description), folder, write)));
  return ExitCode.done;
}

/** `ts-play bundle verify <folder or tar>`. */
export async function bundleVerifyCommand(folder: string): Promise<number> {
  write(`${summaryOf(folder, await verifyBundle(folder))}, all as its list says`);
  return ExitCode.done;
}

function summaryOf(folder: string, { kubernetes, architecture, files }: BundleList): string {
  const images = files.filter(({ image }) => image !== undefined).length;
  const mib = Math.round(files.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20);
  return `${folder}: Kubernetes ${kubernetes} for ${architecture}, ${files.length - images} files and ${images} images, ${mib} MiB`;
}
