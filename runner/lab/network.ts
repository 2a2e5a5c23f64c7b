import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { execute, succeeds } from "./execute.ts";
import { LabError } from "./lab-error.ts";

const range = "10.87";

export const bridgeName = (lab: string): string => `tp-${lab}`;
/** What the names of the lab's tap interfaces begin with; the number of the host follows. */
export const tapPrefix = (lab: string): string => `tap-${digest(lab).toString("hex").slice(0, 7)}-`;
export const gatewayOf = (network: string): string => `${network}.1`;

/** A /24 that nothing on this machine uses, the same one each time for the same name if possible. */
export async function chooseNetwork(lab: string, taken: readonly string[]): Promise<string> {
  const known = await execute("ip", ["-4", "route", "show", "table", "all"]);
  const start = digest(lab).readUInt8(0);
  const candidates = Array.from({ length: 256 }, (_, step) => `${range}.${(start + step) % 256}`);
  const free = candidates.find((network) => !taken.includes(network) && !known.includes(`${network}.`));
  if (free === undefined) {
    throw new LabError(`every /24 of ${range}.0.0/16 is in use on this machine`, { fix: "take a lab down" });
  }
  return free;
}

/** Brings up the bridge of a lab, and the address translation that lets its hosts reach what this machine reaches. */
export async function networkUp(lab: string, network: string): Promise<void> {
  const bridge = bridgeName(lab);
  if (!(await bridgeExists(lab))) {
    // Without an address of its own a bridge takes the lowest of its ports', and hosts lose the gateway when ports come and go.
    await execute("ip", ["link", "add", bridge, "address", hardwareAddress(lab), "type", "bridge"]);
  }
  await execute("ip", ["address", "replace", `${gatewayOf(network)}/24`, "dev", bridge]);
  await execute("ip", ["link", "set", bridge, "up"]);
  await translateAddresses(bridge, network);
}

/** Removes the bridge, what is still plugged into it, and the address translation. */
export async function networkDown(lab: string): Promise<void> {
  const bridge = bridgeName(lab);
  for (const port of await cablesOf(lab)) {
    await succeeds("ip", ["link", "delete", port]);
  }
  if (await bridgeExists(lab)) {
    await execute("ip", ["link", "delete", bridge]);
  }
  await execute("nft", [`table ip ${bridge} {}; delete table ip ${bridge}`]);
}

export const bridgeExists = (lab: string): Promise<boolean> => succeeds("ip", ["link", "show", "dev", bridgeName(lab)]);

/** The largest packet, in bytes, that the way out of this machine takes; hosts must not send larger ones. */
export async function uplinkMtu(): Promise<number> {
  const device = /\bdev (\S+)/.exec(await execute("ip", ["-4", "route", "show", "default"]))?.[1];
  const mtu = device && (await readFile(`/sys/class/net/${device}/mtu`, "utf8").catch(() => undefined));
  return Math.min(1500, Number(mtu ?? 1500));
}

/** Hosts reach what this machine reaches; nobody but this machine reaches them, since their passwords are known. */
async function translateAddresses(bridge: string, network: string): Promise<void> {
  const chains = `
    chain postrouting {
      type nat hook postrouting priority srcnat;
      ip saddr ${network}.0/24 oifname != "${bridge}" masquerade
    }
    chain forward {
      type filter hook forward priority filter;
      oifname "${bridge}" iifname != "${bridge}" ct state new drop
    }
  `;
  // Declaring the table first makes its removal valid whether it was there or not.
  await execute("nft", [`table ip ${bridge} {}; delete table ip ${bridge}; table ip ${bridge} {${chains}}`]);
}

/** Whatever is plugged into the bridge, and taps that a crash has left beside it. */
async function cablesOf(lab: string): Promise<readonly string[]> {
  const lines = await execute("ip", ["-oneline", "link", "show"]);
  return lines.split("\n").flatMap((line) => {
    const [, name = "", master] = /^\d+: ([^:@]+)(?:.* master (\S+))?/.exec(line) ?? [];
    return master === bridgeName(lab) || name.startsWith(tapPrefix(lab)) ? [name] : [];
  });
}

/** A locally administered address made from the name. */
export const hardwareAddress = (name: string): string =>
  ["02", ...digest(name).toString("hex").slice(0, 10).match(/../g)!].join(":");

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
