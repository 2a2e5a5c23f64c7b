import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SlowLast } from "./test/slow-last.ts";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const alias = { "ts-play/testing": file("runner/testing/index.ts"), "ts-play": file("runner/index.ts") };

/** Fast tests first: what they find need not wait for hosts to boot. */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowLast },
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/fault/**", "test/etcd/**", "test/kubernetes/**"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "hosts",
          include: ["test/e2e/**/*.test.ts", "test/fault/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        // What must be built from source first; not part of `npm test`.
        resolve: { alias },
        test: { name: "etcd", include: ["test/etcd/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        resolve: { alias },
        test: {
          name: "kubernetes",
          include: ["test/kubernetes/**/*.test.ts"],
          testTimeout: 1_200_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
