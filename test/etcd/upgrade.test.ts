import { execFileSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changed, EtcdProject, inOrder } from "../e2e/etcd/project.ts";
import { Writer } from "../e2e/etcd/writer.ts";
import { useLab } from "../e2e/lab-fixture.ts";

const ARCHIVES = "/var/cache/ts-play/etcd";
const THREE = ["etcd1", "etcd2", "etcd3"];
const lab = useLab({ name: "etcu", hosts: [...THREE, "etcd4"] });
let project: EtcdProject;

beforeAll(async () => {
  execFileSync(join(import.meta.dirname, "build.sh"), [ARCHIVES], { stdio: "inherit" });
  project = await EtcdProject.create(lab());
  await project.configure({}, { etcd: THREE });
}, 1_200_000);
afterAll(() => project.remove());

/** The inventory wants a release from a folder of this machine; its hash is in the lock file. */
async function want(version: string): Promise<void> {
  const folder = join(project.folder, "group_vars/all");
  await mkdir(folder, { recursive: true });
  await copyFile(join(ARCHIVES, "etcd.lock.yaml"), join(folder, "etcd.lock.yaml"));
  await writeFile(
    join(folder, "etcd.yaml"),
    `etcd_source: { kind: folder, version: ${version}, folder: ${ARCHIVES} }\n`,
  );
}

const versions = async (): Promise<readonly string[]> => {
  const status = await project.etcdctl("etcd1", "endpoint status --cluster -w fields");
  return [...status.matchAll(/^"Version" : "(.*)"$/gm)].map(([, version]) => version!);
};

async function refused(version: string, why: string): Promise<void> {
  await want(version);
  const run = await project.play([], "");
  expect(run.exitCode, run.why).toBe(3);
  expect(run.why).toContain(why);
  expect(changed(run)).toEqual([]);
}

/** Brings all members to a version while a client writes: followers first, the leader last, nothing lost. */
async function upgrade(version: string, say: (text: string) => Promise<unknown>): Promise<void> {
  await want(version);
  const writer = new Writer(project.endpoints.slice(0, 3), await project.client());
  const run = await project.play();
  const { acknowledged, lost, longestGapMs } = await writer.stop();
  expect(run.exitCode, run.why).toBe(0);
  const restarts = inOrder(run).filter((task) => task.includes("etcdRestart"));
  expect(restarts.map((task) => task.split(" ").at(-1))).toEqual(["follower", "follower", "leader"]);
  expect(await versions()).toEqual(THREE.map(() => version));
  expect(lost).toEqual([]);
  expect(longestGapMs).toBeLessThan(5000);
  await say(`${acknowledged.length} writes acknowledged, none lost, longest gap ${longestGapMs.toFixed(0)} ms`);
  expect(changed(await project.play([], ""))).toEqual([]);
}

test("3.4 of the distribution is built, and does not jump to 3.6", async () => {
  const run = await project.play();
  expect(run.exitCode, run.why).toBe(0);
  await refused("3.6.16", "bring all to 3.5 before 3.6, one minor version at a time");
});

test("3.4 becomes 3.5 member by member", ({ annotate }) => upgrade("3.5.35", annotate));

test("3.5 becomes 3.6 member by member, and does not go back", async ({ annotate }) => {
  await upgrade("3.6.16", annotate);
  await refused("3.5.35", "etcd does not go back to 3.5");
});

test("a member joins and leaves 3.6 as it does 3.4", async () => {
  await want("3.6.16");
  await project.configure({}, { etcd: [...THREE, "etcd4"] });
  const added = await project.run("etcd-add.ts");
  expect(added.exitCode, added.why).toBe(0);
  expect((await project.etcdctl("etcd1", "endpoint health --cluster 2>&1")).match(/is healthy/g)).toHaveLength(4);
  expect(changed(await project.run("etcd-add.ts"))).toEqual([]);

  await project.configure({}, { etcd: THREE, former_etcd: ["etcd4"] });
  const removed = await project.run("etcd-remove.ts");
  expect(removed.exitCode, removed.why).toBe(0);
  expect((await project.etcdctl("etcd1", "member list")).trim().split("\n")).toHaveLength(3);
  expect(changed(await project.run("etcd-remove.ts"))).toEqual([]);
});
