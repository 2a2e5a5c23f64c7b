import { Command } from "../define/command.ts";

/** Far below the 2 MB that Linux gives to the arguments and the environment of one process (execve(2)). */
const BATCH_CHARACTERS = 200_000;

/** One command for any number of paths: as few processes as the limit on arguments allows, one after the other. */
export function inBatches(paths: readonly string[], command: (batch: readonly string[]) => Command): Command {
  const [first, ...others] = batchesOf(paths).map(command);
  return new Command([...(first?.parts ?? []), ...others.flatMap(({ parts }) => [{ text: "\n" }, ...parts])]);
}

function batchesOf(paths: readonly string[]): readonly string[][] {
  const batches: string[][] = [[]];
  let room = BATCH_CHARACTERS;
  for (const path of paths) {
    room -= path.length + 1;
    if (room < 0) {
      batches.push([]);
      room = BATCH_CHARACTERS - path.length - 1;
    }
    batches.at(-1)!.push(path);
  }
  return batches;
}
