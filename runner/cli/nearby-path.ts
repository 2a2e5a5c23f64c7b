import { isAbsolute, relative } from "node:path";

/** A file as one would name it in the working directory: relative when it lies below, else absolute. */
export function nearbyPath(file: string, from: string = process.cwd()): string {
  const path = relative(from, file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path;
}
