import { readFile } from "node:fs/promises";
import { execute } from "./execute.ts";

export interface Mount {
  readonly point: string;
  readonly type: string;
}

/** Every mount that this process sees; proc(5), mountinfo. */
export async function mounts(): Promise<readonly Mount[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trimEnd().split("\n");
  return lines.map((line) => {
    const [left = "", right = ""] = line.split(" - ");
    return { point: unescapeOctal(left.split(" ")[4] ?? ""), type: right.split(" ")[0] ?? "" };
  });
}

/** Unmounts everything at or under a directory, the newest first. */
export async function unmountUnder(directory: string): Promise<void> {
  for (const { point } of (await mounts()).toReversed()) {
    if (point === directory || point.startsWith(`${directory}/`)) {
      await execute("umount", [point]);
    }
  }
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
