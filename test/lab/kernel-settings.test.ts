import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  raiseKernelSettings,
  rememberKernelSettings,
  restoreKernelSettings,
} from "../../runner/lab/kernel-settings.ts";

const FRESH = { "vm/overcommit_memory": "0", "kernel/panic": "0", "net/ipv4/ip_forward": "0" };
const CONTAINER = { privileged: false };
const CLUSTER = { privileged: true };

describe("the settings of this machine's kernel", () => {
  let folder: string;
  let places: { directory: string; settings: string };
  const set = (setting: string, value: string) => writeFile(join(places.settings, setting), `${value}\n`);
  const get = async (setting: string) => (await readFile(join(places.settings, setting), "utf8")).trim();
  const kubelet = async () => {
    await set("vm/overcommit_memory", "1");
    await set("kernel/panic", "10");
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ts-play-kernel-"));
    places = { directory: join(folder, "lab"), settings: join(folder, "sys") };
    await mkdir(places.directory);
    for (const [setting, value] of Object.entries(FRESH)) {
      await mkdir(dirname(join(places.settings, setting)), { recursive: true });
      await set(setting, value);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("are as before when the lab whose kubelet changed them is gone", async () => {
    await raiseKernelSettings(places);
    await rememberKernelSettings(places);
    await kubelet();

    await restoreKernelSettings(places, []);

    expect(await Promise.all(Object.keys(FRESH).map(get))).toEqual(Object.values(FRESH));
    expect(await readdir(places.directory)).toEqual([]);
  });

  test("stay as long as another privileged lab is up, and what it found is not taken for what was before", async () => {
    await rememberKernelSettings(places);
    await kubelet();
    await rememberKernelSettings(places);

    await restoreKernelSettings(places, [CLUSTER]);
    expect(await get("kernel/panic")).toBe("10");

    await restoreKernelSettings(places, []);
    expect(await get("kernel/panic")).toBe("0");
  });

  test("go back with the last privileged lab, apart from what a lab of containers still needs", async () => {
    await raiseKernelSettings(places);
    await rememberKernelSettings(places);
    await kubelet();

    await restoreKernelSettings(places, [CONTAINER]);

    expect(await get("vm/overcommit_memory")).toBe("0");
    expect(await get("net/ipv4/ip_forward")).toBe("1");
  });

  test("are left alone when nothing was remembered", async () => {
    await kubelet();
    await restoreKernelSettings(places, []);

    expect(await get("vm/overcommit_memory")).toBe("1");
  });
});
