import { type Command, subCommand } from "./command-parser.ts";

/** `ts-play bundle`. */
export function addBundle(program: Command, finish: (exitCode: number) => void): void {
  const bundle = subCommand(
    program,
    "bundle",
    "programs and images of Kubernetes in one folder or tar, for hosts without a network",
  );
  subCommand(bundle, "build", "gather or fetch what a description names, and write its hashes")
    .argument("<description.json>")
    .argument("<folder or .tar>")
    .action(async (description: string, folder: string) => {
      const { bundleBuildCommand } = await import("./bundle-command.ts");
      finish(await bundleBuildCommand(description, folder));
    });
  subCommand(bundle, "verify", "compare every file of a bundle with its hash")
    .argument("<folder or .tar>")
    .action(async (folder: string) => {
      const { bundleVerifyCommand } = await import("./bundle-command.ts");
      finish(await bundleVerifyCommand(folder));
    });
}
